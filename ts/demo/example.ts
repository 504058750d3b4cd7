import type { Point } from "../index.js";

/** A digit that is drawn on the pad at the first visit, so that one sees what to do. */
export interface Example {
  readonly label: number;
  readonly strokes: readonly (readonly Point[])[];
}

/** Points on an ellipse's arc, angles in degrees, clockwise from the right. */
function arc([x, y]: [number, number], [rx, ry]: [number, number], from: number, to: number): Point[] {
  const count = Math.ceil(Math.abs(to - from) / 12);
  return Array.from({ length: count + 1 }, (_, i) => {
    const angle = ((from + ((to - from) * i) / count) * Math.PI) / 180;
    return { x: x + rx * Math.cos(angle), y: y + ry * Math.sin(angle) };
  });
}

/** A three in one stroke. */
export const EXAMPLE: Example = {
  label: 3,
  strokes: [[...arc([0.48, 0.33], [0.17, 0.14], -160, 85), ...arc([0.46, 0.645], [0.21, 0.175], -80, 155)]],
};
