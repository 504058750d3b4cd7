// What the declarations name and the language alone doesn't know. Where a program's types have these (the DOM's, a
// worker's or Node's), nothing is added to them; elsewhere they would be missing.
declare global {
  interface URL {
    toString(): string;
  }
  interface AbortSignal {
    throwIfAborted(): void;
  }
  interface File {
    arrayBuffer(): Promise<ArrayBuffer>;
  }
}

export {};
