/** The SHA-256 of some bytes, in hexadecimal; undefined in insecure pages, which have no digests. */
export async function sha256(bytes: Uint8Array, signal?: AbortSignal): Promise<string | undefined> {
  if (!("subtle" in crypto)) return undefined;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
  signal?.throwIfAborted();
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
