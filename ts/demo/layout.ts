import type { Unit } from "./inside.js";

/** Where a layer's cells are: row by row, from the upper left. */
export interface LayerBox {
  /** -1 for the input. */
  readonly layer: number;
  readonly left: number;
  readonly top: number;
  readonly columns: number;
  readonly rows: number;
  /** A cell's side, with the line between it and the next. */
  readonly cell: number;
  /** How many of the layer's units are shown. */
  readonly shown: number;
}

/** Of more units a layer's picture would be dust. */
const MOST_UNITS = 1024;
const LARGEST_CELL = 15;
const LEAST_GAP = 36;
/** The input's part of the width, at most. */
const INPUT_PART = 0.32;
/** The ten scores' cells are larger: there are digits in them. */
const OUTPUT_CELLS = 10;

/** The network from left to right: the input, the layers, and the outputs, as large as the place allows. */
export function layoutOf(
  layers: readonly number[],
  input: { width: number; height: number },
  place: { width: number; height: number },
): LayerBox[] {
  const hidden = layers.slice(1, -1).map((units) => Math.min(units, MOST_UNITS));
  const outputs = Math.min(layers.at(-1) ?? 0, OUTPUT_CELLS);
  const outputCell = place.height / Math.max(outputs, 1);
  const inputCell = Math.min(place.height / input.height, (INPUT_PART * place.width) / input.width);
  const fixed = inputCell * input.width + Math.min(outputCell, 26);
  let cell = LARGEST_CELL;
  const columnsAt = (units: number) => Math.ceil(units / Math.max(1, Math.floor(place.height / cell)));
  const free = () => place.width - fixed - hidden.reduce((sum, units) => sum + cell * columnsAt(units), 0);
  while (cell > 2 && free() < LEAST_GAP * (hidden.length + 1)) cell -= 0.25;
  const gap = Math.max(4, free() / (hidden.length + 1));
  let left = 0;
  const boxes: LayerBox[] = [
    {
      layer: -1,
      left,
      top: (place.height - inputCell * input.height) / 2,
      columns: input.width,
      rows: input.height,
      cell: inputCell,
      shown: input.width * input.height,
    },
  ];
  left += inputCell * input.width + gap;
  hidden.forEach((units, layer) => {
    const columns = columnsAt(units);
    const rows = Math.ceil(units / columns);
    boxes.push({ layer, left, top: (place.height - rows * cell) / 2, columns, rows, cell, shown: units });
    left += columns * cell + gap;
  });
  const last = Math.min(outputCell, 26);
  const top = (place.height - outputs * last) / 2;
  boxes.push({
    layer: hidden.length,
    left: place.width - last,
    top,
    columns: 1,
    rows: outputs,
    cell: last,
    shown: outputs,
  });
  return boxes;
}

/** The upper left corner of a unit's cell. */
export function cornerOf({ left, top, columns, cell }: LayerBox, place: number): { x: number; y: number } {
  return { x: left + (place % columns) * cell, y: top + Math.floor(place / columns) * cell };
}

/** The unit at a point, inputs apart. */
export function unitAt(boxes: readonly LayerBox[], x: number, y: number): Unit | undefined {
  for (const { layer, left, top, columns, rows, cell, shown } of boxes) {
    const [column, row] = [Math.floor((x - left) / cell), Math.floor((y - top) / cell)];
    if (layer < 0 || column < 0 || column >= columns || row < 0 || row >= rows) continue;
    const place = row * columns + column;
    return place < shown ? { layer, place } : undefined;
  }
  return undefined;
}
