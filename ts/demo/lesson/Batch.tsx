import { useSignal } from "@preact/signals";
import type { TargetedPointerEvent } from "preact";
import { useApp } from "../context.js";
import { Canvas, colourOf, drawOnBlack, sheetOf, type Surface } from "../canvas.js";
import { square } from "../play/network-picture.js";
import { SmallPad } from "./parts.js";

const SIZES = [1, 8, 128];

/** An image's rows laid end to end, and a batch of images as a matrix. */
export function Batch() {
  const { state } = useApp();
  const words = state.words.value;
  const row = useSignal<number | undefined>(undefined);
  const size = useSignal(8);
  const image = state.seen.value?.image;
  const { width = 28, height = 28 } = image ?? {};
  const drawSquare = (surface: Surface) => {
    const { context } = surface;
    const [left, top, side] = square(surface);
    context.translate(left, top);
    drawOnBlack(context, state.seen.value?.image, side);
    if (row.value !== undefined) {
      context.strokeStyle = colourOf("other");
      context.lineWidth = 2;
      context.strokeRect(0, (row.value * side) / height, side, side / height);
    }
  };
  const drawFlat = ({ context, width: wide, height: tall }: Surface) => {
    context.fillStyle = "#000";
    context.fillRect(0, 0, wide, tall);
    const now = state.seen.value?.image;
    if (now) drawRows(context, [now.pixels], [wide, tall]);
    if (row.value !== undefined) {
      context.strokeStyle = colourOf("other");
      context.lineWidth = 2;
      context.strokeRect((row.value * wide) / height, 1, wide / height, tall - 2);
    }
  };
  const drawBatch = ({ context, width: wide, height: tall }: Surface) => {
    context.fillStyle = "#000";
    context.fillRect(0, 0, wide, tall);
    const train = state.data.value?.train;
    if (!train || !(train.images instanceof Uint8Array)) return;
    const inputs = train.images.length / train.count;
    const rows = Array.from({ length: Math.min(size.value, train.count) }, (_, i) =>
      train.images.subarray(i * inputs, (i + 1) * inputs),
    );
    drawRows(context, rows, [wide, tall]);
  };
  const point = ({ currentTarget, clientY }: TargetedPointerEvent<HTMLElement>) => {
    const { top, height: tall } = currentTarget.getBoundingClientRect();
    row.value = Math.min(height - 1, Math.max(0, Math.floor((height * (clientY - top)) / tall)));
  };
  return (
    <div class="batch">
      <div class="columns">
        <div
          class="large-picture"
          onPointerDown={point}
          onPointerMove={point}
          onPointerLeave={({ pointerType }) => {
            if (pointerType === "mouse") row.value = undefined;
          }}
        >
          <Canvas draw={drawSquare} label={words.seen} />
        </div>
        <div class="beside">
          <SmallPad />
          <p id="flat">{row.value === undefined ? words.pointAtRow : words.flatAt(row.value)}</p>
        </div>
      </div>
      <Canvas class="flat" draw={drawFlat} label={`${width * height}`} />
      <fieldset class="segments">
        <legend>{words.batchOf}</legend>
        {SIZES.map((b) => (
          <label key={b}>
            <input
              type="radio"
              name="batch"
              checked={size.value === b}
              onChange={() => {
                size.value = b;
              }}
            />
            <span>{b}</span>
          </label>
        ))}
      </fieldset>
      <Canvas class="matrix" draw={drawBatch} label={words.batchIs(size.value)} />
      <p class="formula">{words.batchIs(size.value)}</p>
    </div>
  );
}

/** Rows of pixels, one below the other, filling a place. */
function drawRows(
  context: CanvasRenderingContext2D,
  rows: readonly ArrayLike<number>[],
  [width, height]: readonly [number, number],
): void {
  const length = rows[0]?.length ?? 0;
  if (length === 0) return;
  const data = new ImageData(length, rows.length);
  rows.forEach((row, y) => {
    for (let x = 0; x < length; x++) {
      const value = row[x] ?? 0;
      data.data.set([value, value, value, 255], 4 * (y * length + x));
    }
  });
  context.imageSmoothingEnabled = rows.length > height;
  context.drawImage(sheetOf(data), 0, 0, width, height);
}
