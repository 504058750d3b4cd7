import { concatenate } from "../base/concatenate.js";

/** How a field's value is encoded in protocol buffers (https://protobuf.dev/programming-guides/encoding/). */
export const WireType = { varint: 0, eightBytes: 1, bytes: 2, fourBytes: 5 } as const;

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
}

/** A message that is being written: its fields, in the order in which they are added. */
export class Message {
  readonly #parts: Uint8Array[] = [];

  /** @param value a whole number from 0 to 2^53 - 1 */
  integer(field: number, value: number): this {
    return this.#add(Uint8Array.from([...varint((field << 3) | WireType.varint), ...varint(value)]));
  }

  bytes(field: number, value: Uint8Array): this {
    const head = [...varint((field << 3) | WireType.bytes), ...varint(value.length)];
    return this.#add(Uint8Array.from(head)).#add(value);
  }

  text(field: number, ...values: readonly string[]): this {
    for (const value of values) this.bytes(field, new TextEncoder().encode(value));
    return this;
  }

  messages(field: number, ...values: readonly Message[]): this {
    for (const value of values) this.bytes(field, value.finish());
    return this;
  }

  #add(part: Uint8Array): this {
    this.#parts.push(part);
    return this;
  }

  finish(): Uint8Array {
    return concatenate(Uint8Array, this.#parts);
  }
}

/** A message that was read: each field's values, in their order; those of four and eight bytes are left out. */
export class ReadMessage {
  readonly #bytes: Uint8Array;
  readonly #fields = new Map<number, (number | Uint8Array)[]>();
  #position = 0;

  /** @throws Error where the bytes are no message. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    while (this.#position < bytes.length) {
      const tag = this.#varint();
      const value = this.#value(tag % 8);
      const field = Math.floor(tag / 8);
      if (value !== undefined) this.#fields.set(field, [...(this.#fields.get(field) ?? []), value]);
    }
  }

  #value(type: number): number | Uint8Array | undefined {
    if (type === WireType.varint) return this.#varint();
    if (type === WireType.bytes) return this.#take(this.#varint());
    if (type !== WireType.fourBytes && type !== WireType.eightBytes)
      throw new Error(`a field is of the unknown wire type ${type}`);
    this.#take(type === WireType.fourBytes ? 4 : 8);
    return undefined;
  }

  #take(length: number): Uint8Array {
    const start = this.#position;
    this.#position += length;
    if (this.#position > this.#bytes.length) throw new Error("a field goes beyond its end");
    return this.#bytes.subarray(start, this.#position);
  }

  #varint(): number {
    let value = 0;
    // At most ten bytes make the 64 bits of a number.
    for (let factor = 1; factor < 2 ** 70; factor *= 0x80) {
      const [byte = 0] = this.#take(1);
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw new Error("a number has more than 64 bits");
  }

  integers(field: number): number[] {
    return (this.#fields.get(field) ?? []).filter((value) => typeof value === "number");
  }

  bytes(field: number): Uint8Array[] {
    return (this.#fields.get(field) ?? []).filter((value) => typeof value !== "number");
  }

  text(field: number): string {
    return new TextDecoder().decode(this.bytes(field)[0]);
  }

  messages(field: number): ReadMessage[] {
    return this.bytes(field).map((bytes) => new ReadMessage(bytes));
  }
}
