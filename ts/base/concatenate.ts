/**
 * The numbers of several arrays in one.
 * @param Kind of which kind that is: Float32Array, say
 */
export function concatenate<Numbers extends Float32Array | Int32Array | Uint8Array>(
  Kind: new (length: number) => Numbers,
  parts: readonly Numbers[],
): Numbers {
  const whole = new Kind(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
