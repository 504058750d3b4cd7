// npm run check-mirrors: downloads every published file from every mirror, and compares it with the digests that loading
// checks. For use where there is a network; it takes some minutes.
/* global fetch, AbortSignal */
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { build } from "esbuild";

/** A module of ts/, compiled on the fly. */
async function load(path) {
  const { outputFiles } = await build({ entryPoints: [path], bundle: true, format: "esm", write: false });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
const isGzip = (bytes) => bytes[0] === 0x1f && bytes[1] === 0x8b;

async function get(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(300_000) });
  if (!response.ok) throw new Error(`HTTP status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** What differs between a mirror's bytes and the published ones, in words; undefined where nothing does. */
function differenceOf(bytes, { length, sha256: unpackedDigest, packed }) {
  const compressed = isGzip(bytes);
  const unpacked = compressed ? gunzipSync(bytes) : bytes;
  if (unpacked.length !== length) return `unpacked ${unpacked.length} bytes, not ${length}`;
  if (unpackedDigest !== undefined && sha256(unpacked) !== unpackedDigest)
    return `unpacked SHA-256 ${sha256(unpacked)}, not ${unpackedDigest}`;
  if (!compressed) return unpackedDigest === undefined ? "unpacked by the server" : undefined;
  if (bytes.length === packed.length && sha256(bytes) === packed.sha256) return undefined;
  return `another compression: ${bytes.length} bytes, SHA-256 ${sha256(bytes)}; unpacked SHA-256 ${sha256(unpacked)}`;
}

const { SETS } = await load("ts/data/published/sets.ts");
let reached = 0;
let wrong = 0;
for (const { title, mirrors, archive, files } of Object.values(SETS)) {
  const urls = mirrors.flatMap(({ url }) => files.map((file) => ({ url: `${url}${file.name}.gz`, file })));
  for (const { url, file } of archive === undefined ? urls : [...urls, { url: archive }]) {
    let verdict;
    try {
      const bytes = await get(url);
      reached++;
      verdict = file
        ? (differenceOf(bytes, file) ?? "as published")
        : `${bytes.length} bytes, SHA-256 ${sha256(bytes)}`;
      if (file && verdict !== "as published") wrong++;
    } catch (error) {
      wrong++;
      verdict = `can't be had: ${error.cause?.message ?? error.message}`;
    }
    console.log(`${title}  ${url}  ${verdict}`);
  }
}
if (reached === 0) console.error("check-mirrors: no mirror could be reached; is there a network?");
else if (wrong > 0) console.error(`check-mirrors: ${wrong} files were not had as published`);
process.exitCode = wrong === 0 ? 0 : 1;
