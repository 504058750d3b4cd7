const FORMATS = { gzip: "gzip", raw: "deflate-raw", zlib: "deflate" } as const;

/**
 * Decompresses DEFLATE data, in a gzip wrapper or raw, on a thread of the browser's and into one buffer.
 * @param size the number of bytes to come out
 * @throws Error for data that is damaged or comes out at more bytes; its message is for the middle of a sentence.
 */
export async function inflateTo(format: "gzip" | "raw", data: Uint8Array, size: number): Promise<Uint8Array> {
  const result = new Uint8Array(size);
  let length = 0;
  const bytes = new Response(data as Uint8Array<ArrayBuffer>).body;
  const reader = bytes?.pipeThrough(new DecompressionStream(FORMATS[format])).getReader();
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    if (length + part.value.length > size) throw new Error(`it holds more than the ${size} bytes it should`);
    result.set(part.value, length);
    length += part.value.length;
  }
  return result.subarray(0, length);
}

/**
 * Decompresses DEFLATE data, in a wrapper or raw, part by part.
 * @throws Error for data that is damaged; its message is for the middle of a sentence.
 */
export async function* inflateParts(
  format: "gzip" | "raw" | "zlib",
  parts: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const iterator = parts[Symbol.asyncIterator]();
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const part = await iterator.next();
      if (part.done) controller.close();
      else controller.enqueue(part.value as Uint8Array<ArrayBuffer>);
    },
  });
  const reader = source.pipeThrough(new DecompressionStream(FORMATS[format])).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
}
