/** A text in UTF-8. */
export const bytesOf = (text: string) => new TextEncoder().encode(text);

/** One after another. */
export const joined = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
