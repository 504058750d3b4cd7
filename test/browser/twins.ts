// A module that exists twice must be used in one way: TypeScript compares what the browsers' has with what Node's has.
// Of checkpoint-directory.ts the browsers' only throws.
type Twins<Browser extends Node, Node> = [Browser, Node];

export type All = [
  Twins<typeof import("../../ts/data/cache.browser.js"), typeof import("../../ts/data/cache.js")>,
  Twins<typeof import("../../ts/data/decode.browser.js"), typeof import("../../ts/data/decode.js")>,
  Twins<typeof import("../../ts/data/files.browser.js"), typeof import("../../ts/data/files.js")>,
  Twins<typeof import("../../ts/data/inflate.browser.js"), typeof import("../../ts/data/inflate.js")>,
  Twins<
    typeof import("../../ts/runtime/environment.browser.js"),
    typeof import("../../ts/runtime/environment.js")
  >,
  Twins<typeof import("../../ts/runtime/modules.browser.js"), typeof import("../../ts/runtime/modules.js")>,
  Twins<typeof import("../../ts/runtime/thread.browser.js"), typeof import("../../ts/runtime/thread.js")>,
  Twins<typeof import("../../ts/view/png.browser.js"), typeof import("../../ts/view/png.js")>,
];
