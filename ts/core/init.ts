import { DigitrainError, OptionError, reasonOf } from "../base/errors.js";
import { checkIsOptions, checkNames } from "../base/options.js";
import { absoluteUrl } from "../base/url.js";
import { type PageSettings, settings } from "./settings.js";
import { prepareVariant } from "./core.js";
import { give } from "./given.js";
import { planRuntime } from "./runtime.js";

/** `WebAssembly.Module`, where a program's types know it: Node's alone don't. */
export type CompiledModule = typeof globalThis extends {
  WebAssembly: { Module: new (...parameters: never[]) => infer Module };
}
  ? Module
  : object;

/** What {@link init} takes. At most one of `module`, `bytes` and `url` is needed. */
export interface InitOptions extends PageSettings {
  /** A variant of the core, compiled. */
  module?: CompiledModule;
  /** The bytes of one, such as the package's `digitrain/wasm/relaxed/digitrain_bg.wasm`. */
  bytes?: ArrayBuffer | ArrayBufferView;
  /** Where one is served. */
  url?: string | URL;
}

const NAMES: readonly string[] = [
  "module",
  "bytes",
  "url",
  "workerUrl",
  "dataUrl",
] satisfies (keyof InitOptions)[];

function checkUrl(name: string, url: unknown): string {
  const isUrl = typeof url === "string" || url instanceof URL;
  const absolute = isUrl ? absoluteUrl(url) : undefined;
  if (absolute !== undefined) return absolute;
  throw new OptionError(`${name} takes a URL, got ${isUrl ? JSON.stringify(url) : typeof url}`);
}

async function fetchBytes(url: string): Promise<ArrayBuffer> {
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`the server says ${response.status} ${response.statusText}`.trimEnd());
    return await response.arrayBuffer();
  } catch (error) {
    throw new DigitrainError(`${url} can't be read: ${reasonOf(error)}`);
  }
}

async function compile({ module, bytes, url }: InitOptions): Promise<WebAssembly.Module | undefined> {
  if (module !== undefined) {
    if (module instanceof WebAssembly.Module) return module;
    throw new OptionError(`module takes a WebAssembly.Module, got ${typeof module}`);
  }
  if (bytes === undefined && url === undefined) return undefined;
  try {
    const source = (bytes ?? (await fetchBytes(checkUrl("url", url)))) as BufferSource;
    return await WebAssembly.compile(source);
  } catch (error) {
    if (error instanceof DigitrainError) throw error;
    const what = bytes === undefined ? String(url) : "bytes";
    throw new DigitrainError(`${what} is no WebAssembly that runs here: ${reasonOf(error)}`);
  }
}

/**
 * Makes the WebAssembly core ready. A page calls this before {@link Model.predict} and what else answers at once;
 * `train`, `loadDataset` and `syntheticDigits` do so by themselves. In Node it is ready from the start.
 *
 * A page whose rules forbid scripts in blobs (`worker-src blob:`) serves the package's `worker.js` and names it as
 * `workerUrl`. A variant of the core given as `module`, `bytes` or `url` is used in place of those in the package; more
 * calls may give more variants. In any case the rules must allow `script-src 'wasm-unsafe-eval'`.
 * @throws OptionError for an option that is unknown or not what it takes; DigitrainError for what can't be fetched or
 * compiled.
 */
export async function init(options: InitOptions = {}): Promise<void> {
  checkIsOptions(options, "init", 'workerUrl: "/worker.js"');
  checkNames(options, NAMES);
  const { workerUrl, dataUrl } = options;
  if (workerUrl !== undefined) settings.workerUrl = checkUrl("workerUrl", workerUrl);
  if (dataUrl !== undefined) settings.dataUrl = `${checkUrl("dataUrl", dataUrl).replace(/\/$/, "")}/`;
  const module = await compile(options);
  if (module) give(module);
  await prepareVariant(planRuntime().variant);
}
