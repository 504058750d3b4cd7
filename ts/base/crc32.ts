const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0);
  return remainder;
});

/**
 * The checksum CRC-32 of bytes, as zip and PNG have it. Node's own came with 20.15 only.
 * @param before the checksum of what stands before them
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  const { length } = bytes;
  let remainder = ~before;
  for (let i = 0; i < length; i++)
    remainder = (remainder >>> 8) ^ (TABLE[(remainder ^ (bytes[i] ?? 0)) & 0xff] ?? 0);
  return ~remainder >>> 0;
}
