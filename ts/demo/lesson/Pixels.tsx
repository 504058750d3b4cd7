import { useSignal } from "@preact/signals";
import type { TargetedPointerEvent } from "preact";
import { useApp } from "../context.js";
import { Canvas, colourOf, drawOnBlack, type Surface } from "../canvas.js";
import { square } from "../play/network-picture.js";
import { SmallPad } from "./parts.js";

/** So many numbers each way around the pixel under the pointer. */
const AROUND = 3;

/** The image large, and the numbers around the pixel that one points at. */
export function Pixels() {
  const { state } = useApp();
  const words = state.words.value;
  const pointed = useSignal<{ row: number; column: number } | undefined>(undefined);
  const image = state.seen.value?.image;
  const { width = 28, height = 28 } = image ?? {};
  const { row, column } = pointed.value ?? { row: Math.floor(height / 2), column: Math.floor(width / 2) };
  const valueAt = (y: number, x: number) =>
    x < 0 || y < 0 || x >= width || y >= height ? undefined : (image?.pixels[y * width + x] ?? 0);
  const draw = (surface: Surface) => {
    const { context } = surface;
    const [left, top, side] = square(surface);
    context.translate(left, top);
    drawOnBlack(context, state.seen.value?.image, side);
    const cell = side / Math.max(width, height);
    context.strokeStyle = colourOf("other");
    context.lineWidth = 2;
    context.strokeRect(column * cell, row * cell, cell, cell);
  };
  const point = ({ currentTarget, clientX, clientY }: TargetedPointerEvent<HTMLElement>) => {
    const { left, top, width: wide, height: tall } = currentTarget.getBoundingClientRect();
    const side = Math.min(wide, tall);
    const x = Math.floor((width * (clientX - left - (wide - side) / 2)) / side);
    const y = Math.floor((height * (clientY - top - (tall - side) / 2)) / side);
    if (valueAt(y, x) !== undefined) pointed.value = { row: y, column: x };
  };
  const offsets = Array.from({ length: 2 * AROUND + 1 }, (_, i) => i - AROUND);
  return (
    <div class="columns">
      <div class="large-picture" onPointerDown={point} onPointerMove={point}>
        <Canvas draw={draw} label={words.seen} />
      </div>
      <div class="beside">
        <table class="numbers">
          <tbody>
            {offsets.map((dy) => (
              <tr key={dy}>
                {offsets.map((dx) => {
                  const value = valueAt(row + dy, column + dx);
                  const light = value === undefined ? undefined : `rgb(${value} ${value} ${value})`;
                  // On this grey black and white are as easy to read.
                  const ink = (value ?? 0) > 117 ? "#000" : "#fff";
                  return (
                    <td
                      key={dx}
                      class={dx === 0 && dy === 0 ? "here" : undefined}
                      style={light ? { backgroundColor: light, color: ink } : {}}
                    >
                      {value}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
        <p id="pixel">{image ? words.pixelAt(row, column, valueAt(row, column) ?? 0) : words.drawFirst}</p>
        <p>{words.pointAtPixel}</p>
        <SmallPad />
      </div>
    </div>
  );
}
