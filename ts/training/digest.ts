/** A SHA-256 in hexadecimal has so many digits. */
export const DIGEST_LENGTH = 64;

/** The SHA-256 of some bytes, in hexadecimal: that of the SHA-256s of their parts. */
export async function digestOf(...parts: readonly ArrayBufferView[]): Promise<string> {
  const digests: Uint8Array[] = [];
  // In parts of 16 MiB, as each is copied before it is digested elsewhere.
  const most = 1 << 24;
  for (const { buffer, byteOffset, byteLength } of parts) {
    for (let start = 0; start < byteLength; start += most) {
      const part = new Uint8Array(
        buffer as ArrayBuffer,
        byteOffset + start,
        Math.min(most, byteLength - start),
      );
      digests.push(new Uint8Array(await crypto.subtle.digest("SHA-256", part)));
    }
  }
  const whole = await crypto.subtle.digest("SHA-256", await new Blob(digests as BlobPart[]).arrayBuffer());
  return [...new Uint8Array(whole)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
