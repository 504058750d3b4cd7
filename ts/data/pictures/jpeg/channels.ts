import { type Component, type Frame, unitOf } from "./segments.js";

/** What has been read of a component. */
export interface Channel {
  readonly component: Component;
  /** Its blocks across and down, those that fill up the file's last units included, of 64 coefficients each. */
  readonly across: number;
  readonly down: number;
  readonly coefficients: Int16Array;
  /** For each block of a progressive file, the place behind the last of its coefficients that isn't zero. */
  readonly ends: Uint8Array;
  quantization: Uint16Array | undefined;
}

/** An empty channel for each of a picture's components. */
export function channelsOf(frame: Frame): Channel[] {
  const unit = unitOf(frame);
  const [unitsAcross, unitsDown] = [
    Math.ceil(frame.width / 8 / unit.across),
    Math.ceil(frame.height / 8 / unit.down),
  ];
  return frame.components.map((component) => {
    const [across, down] = [unitsAcross * component.across, unitsDown * component.down];
    const coefficients = new Int16Array(64 * across * down);
    return {
      component,
      across,
      down,
      coefficients,
      ends: new Uint8Array(across * down),
      quantization: undefined,
    };
  });
}
