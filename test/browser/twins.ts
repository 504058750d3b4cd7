// A module that exists twice must be used in one way: TypeScript compares what the browsers' has with what Node's has.
// Of checkpoints.ts the browsers' only throws.
type Twins<Browser extends Node, Node> = [Browser, Node];

export type All = [
  Twins<
    typeof import("../../ts/data/published/cache.browser.js"),
    typeof import("../../ts/data/published/cache.js")
  >,
  Twins<
    typeof import("../../ts/data/published/mirrors.browser.js"),
    typeof import("../../ts/data/published/mirrors.js")
  >,
  Twins<
    typeof import("../../ts/data/published/sha256.browser.js"),
    typeof import("../../ts/data/published/sha256.js")
  >,
  Twins<
    typeof import("../../ts/data/published/proxy.browser.js"),
    typeof import("../../ts/data/published/proxy.js")
  >,
  Twins<typeof import("../../ts/base/path.browser.js"), typeof import("../../ts/base/path.js")>,
  Twins<
    typeof import("../../ts/data/pictures/decode.browser.js"),
    typeof import("../../ts/data/pictures/decode.js")
  >,
  Twins<typeof import("../../ts/data/files.browser.js"), typeof import("../../ts/data/files.js")>,
  Twins<
    typeof import("../../ts/data/formats/inflate.browser.js"),
    typeof import("../../ts/data/formats/inflate.js")
  >,
  Twins<typeof import("../../ts/base/environment.browser.js"), typeof import("../../ts/base/environment.js")>,
  Twins<typeof import("../../ts/core/modules.browser.js"), typeof import("../../ts/core/modules.js")>,
  Twins<typeof import("../../ts/core/thread.browser.js"), typeof import("../../ts/core/thread.js")>,
  Twins<typeof import("../../ts/view/png.browser.js"), typeof import("../../ts/view/png.js")>,
];
