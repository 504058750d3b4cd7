import { type GreyImage, type Model, signedImage } from "../../index.js";
import { channelsOf, colourOf, drawImage, sheetOf, type Surface, WHITE } from "../canvas.js";
import { type Edge, type Unit } from "../inside.js";
import { cornerOf, type LayerBox } from "../layout.js";

/** What the picture of a network shows. */
export interface NetworkPicture {
  readonly boxes: readonly LayerBox[];
  readonly image: GreyImage | undefined;
  readonly activations: readonly Float32Array[] | undefined;
  /** How bright the outputs are, 0..1. */
  readonly outputs: Float32Array | undefined;
  readonly edges: readonly Edge[];
  readonly shown: Unit | undefined;
  /** What stands in the outputs' cells. */
  readonly names: readonly string[];
  /** What stands below each layer. */
  readonly labels: readonly string[];
}

/** The network as panels of cells, lit by their activations, with the edges of one unit. */
export function drawNetwork({ context, height }: Surface, picture: NetworkPicture): void {
  const { boxes, image, activations, outputs, edges, shown, names, labels } = picture;
  boxes.forEach((box, i) => {
    const [width, tall] = [box.columns * box.cell, box.rows * box.cell];
    context.fillStyle = "#000";
    context.fillRect(box.left - 1, box.top - 1, width + 2, tall + 2);
    if (box.layer < 0 && image) {
      const side = Math.max(width, tall);
      context.save();
      context.translate(box.left - (side - width) / 2, box.top - (side - tall) / 2);
      drawImage(context, image, side, WHITE);
      context.restore();
    } else if (box.layer >= 0) {
      const isLast = i + 1 === boxes.length;
      drawCells(context, box, isLast ? outputs : activations?.[box.layer], isLast ? 1 : undefined);
      if (isLast) drawNames(context, box, names, outputs);
    }
    drawLabel(context, box, labels[i] ?? "", height, i, boxes.length);
  });
  drawEdges(context, boxes, edges);
  const box = boxes.find(({ layer }) => layer === shown?.layer);
  if (!box || !shown || shown.place >= box.shown) return;
  const { x, y } = cornerOf(box, shown.place);
  context.strokeStyle = colourOf("other");
  context.lineWidth = 2.5;
  context.strokeRect(x - 0.5, y - 0.5, box.cell, box.cell);
}

function drawCells(
  context: CanvasRenderingContext2D,
  box: LayerBox,
  values: Float32Array | undefined,
  largest = Math.max(...(values ?? []), Number.MIN_VALUE),
): void {
  const { left, top, columns, rows, cell, shown } = box;
  const pixels = new ImageData(columns, rows);
  for (let place = 0; place < shown; place++) {
    const part = Math.min(1, Math.max(0, (values?.[place] ?? 0) / largest));
    // Zeros are a little lighter than the panel, so that one sees that they are there.
    pixels.data.fill(26 + 229 * part ** 0.7, 4 * place, 4 * place + 3);
    pixels.data[4 * place + 3] = 255;
  }
  // One image and the lines between its pixels take far less time than a square for each cell.
  context.imageSmoothingEnabled = false;
  context.drawImage(sheetOf(pixels), left, top, columns * cell, rows * cell);
  context.fillStyle = "#000";
  const line = Math.min(1, cell / 8);
  for (let column = 1; column <= columns; column++)
    context.fillRect(left + column * cell - line, top, line, rows * cell);
  for (let row = 1; row <= rows; row++) context.fillRect(left, top + row * cell - line, columns * cell, line);
}

function drawNames(
  context: CanvasRenderingContext2D,
  box: LayerBox,
  names: readonly string[],
  values: Float32Array | undefined,
): void {
  context.font = `${Math.round(box.cell * 0.7)}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (let place = 0; place < box.shown; place++) {
    const { x, y } = cornerOf(box, place);
    context.fillStyle = (values?.[place] ?? 0) > 0.5 ? "#000" : "#ddd";
    context.fillText((names[place] ?? "").slice(0, 2), x + box.cell / 2, y + box.cell / 2, box.cell);
  }
}

function drawLabel(
  context: CanvasRenderingContext2D,
  { left, columns, cell }: LayerBox,
  label: string,
  height: number,
  i: number,
  count: number,
): void {
  context.font = "16px system-ui, sans-serif";
  context.fillStyle = colourOf("quiet");
  context.textBaseline = "alphabetic";
  context.textAlign = i === 0 ? "left" : i + 1 === count ? "right" : "center";
  const x = i === 0 ? left : i + 1 === count ? left + columns * cell : left + (columns * cell) / 2;
  context.fillText(label, x, height - 3);
}

function drawEdges(
  context: CanvasRenderingContext2D,
  boxes: readonly LayerBox[],
  edges: readonly Edge[],
): void {
  const strongest = Math.max(...edges.map(({ strength }) => Math.abs(strength)), Number.MIN_VALUE);
  const [positive, negative] = [channelsOf("positive"), channelsOf("negative")];
  for (const { from, to, strength } of edges) {
    const [start, end] = [from, to].map((unit) => centreOf(boxes, unit));
    if (!start || !end) continue;
    const part = Math.abs(strength) / strongest;
    context.strokeStyle = `rgb(${(strength > 0 ? positive : negative).join(" ")} / ${(0.25 + 0.65 * part).toFixed(2)})`;
    context.lineWidth = 0.75 + 2 * part;
    const middle = (start.x + end.x) / 2;
    context.beginPath();
    context.moveTo(start.x, start.y);
    context.bezierCurveTo(middle, start.y, middle, end.y, end.x, end.y);
    context.stroke();
  }
}

function centreOf(boxes: readonly LayerBox[], { layer, place }: Unit): { x: number; y: number } | undefined {
  const box = boxes.find((one) => one.layer === layer);
  if (!box || place >= box.shown) return undefined;
  const { x, y } = cornerOf(box, place);
  return { x: x + box.cell / 2, y: y + box.cell / 2 };
}

/** Signed numbers as a picture, filling a square. */
export function drawSigned(
  context: CanvasRenderingContext2D,
  values: ArrayLike<number>,
  size: { width: number; height: number },
  [x, y, side]: readonly [number, number, number],
): void {
  const { data, width, height } = signedImage(values, size);
  context.imageSmoothingEnabled = false;
  context.drawImage(sheetOf(new ImageData(data, width, height)), x, y, side, side);
}

/** Where squares stand in two rows, as large as fits. */
export function inTwoRows(
  count: number,
  { width, height }: Surface,
): readonly (readonly [x: number, y: number, side: number])[] {
  const columns = Math.ceil(count / 2);
  const across = width / Math.max(5, columns);
  const side = Math.min(across - 8, height / 2 - 8);
  return Array.from({ length: count }, (_, place) => [
    (place % columns) * across,
    Math.floor(place / columns) * (side + 8),
    side,
  ]);
}

/** A square of a surface's size, in its middle. */
export function square({ width, height }: Surface): readonly [x: number, y: number, side: number] {
  const side = Math.min(width, height);
  return [(width - side) / 2, (height - side) / 2, side];
}

/** The size of the images that a model takes. */
export function imageSizeOf(model: Model, image: GreyImage | undefined): { width: number; height: number } {
  const [inputs = 0] = model.layers;
  if (image && image.width * image.height === inputs) return { width: image.width, height: image.height };
  const side = Math.sqrt(inputs);
  return Number.isInteger(side) ? { width: side, height: side } : { width: inputs, height: 1 };
}
