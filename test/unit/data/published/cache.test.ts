import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { defaultCacheDirectory } from "../../../../ts/data/published/cache.js";
import { withDirectory } from "../made.js";
import { withServer } from "../server.js";
import { fetchInto } from "./files.js";
import { content, file } from "./from-server.js";

describe("a file in the cache", () => {
  const packed = gzipSync(content);

  /** What becomes of a directory with these files when its file is asked for, and a mirror has it. */
  async function use(files: Record<string, Uint8Array | string>) {
    return withDirectory(async (directory) => {
      for (const [name, bytes] of Object.entries(files)) await writeFile(join(directory, name), bytes);
      const notices: string[] = [];
      let requests = 0;
      const found = await withServer(
        (_, response) => {
          requests++;
          response.end(packed);
        },
        (base) => fetchInto(directory, [file], [base], { notices }),
      );
      expect(found).toEqual([
        { path: expect.stringContaining(directory) as string, bytes: new Uint8Array(content) },
      ]);
      const told = notices.map((notice) => notice.replaceAll(directory, "~"));
      return { requests, notices: told, files: (await readdir(directory)).sort() };
    });
  }

  it.each([
    ["as it was published", { "a.gz": packed }],
    ["compressed by another program", { "a.gz": gzipSync(content, { level: 1 }) }],
    [
      "in several gzip members",
      { "a.gz": Buffer.concat([gzipSync(content.subarray(0, 9)), gzipSync(content.subarray(9))]) },
    ],
    ["unpacked", { a: content }],
    ["unpacked, under its compressed name", { "a.gz": content }],
  ])("is used %s", async (_, files) => {
    expect(await use(files)).toEqual({ requests: 0, notices: [], files: Object.keys(files) });
  });

  const flipped = Buffer.from(content);
  flipped[1234] = (flipped[1234] ?? 0) ^ 1;
  it.each<[string, Uint8Array | string, RegExp]>([
    [
      "of another set",
      gzipSync(Buffer.alloc(200_000)),
      /its SHA-256 is [0-9a-f]{64}, not the published file's/,
    ],
    ["with one bit flipped", gzipSync(flipped), /its SHA-256 is/],
    [
      "of another length",
      gzipSync(Buffer.alloc(10)),
      /it holds 10 bytes where it should hold 200000|can't hold/,
    ],
    ["that holds more", gzipSync(Buffer.alloc(300_000)), /it holds more than the 200000 bytes it should/],
    ["that was cut off", packed.subarray(0, 5000), /unexpected end of file/],
    ["of some text", "mine", /it has 4 bytes, the published file 200000/],
  ])("%s is named, set aside and downloaded anew", async (_, bytes, reason) => {
    const { requests, notices, files } = await use({ "a.gz": bytes });
    expect({ requests, files }).toEqual({ requests: 1, files: ["a.gz", "a.gz.damaged"] });
    expect(notices).toEqual([
      expect.stringMatching(
        new RegExp(
          `^~/a\\.gz is not the published file \\(.*(${reason.source}).*\\); it is now ~/a\\.gz\\.damaged, and is downloaded anew$`,
        ),
      ),
    ]);
  });

  it("gives way to the unpacked one where that is good", async () => {
    expect(await use({ "a.gz": "mine", a: content })).toMatchObject({
      requests: 0,
      files: ["a", "a.gz.damaged"],
    });
  });
});

describe("defaultCacheDirectory", () => {
  const before = process.env.DIGITRAIN_CACHE;
  afterEach(() => {
    if (before === undefined) delete process.env.DIGITRAIN_CACHE;
    else process.env.DIGITRAIN_CACHE = before;
  });

  it("is what DIGITRAIN_CACHE says, else the system's", async () => {
    process.env.DIGITRAIN_CACHE = "/some/where";
    expect(await defaultCacheDirectory()).toBe("/some/where");
    process.env.DIGITRAIN_CACHE = "";
    expect(await defaultCacheDirectory()).toMatch(/digitrain/);
    delete process.env.DIGITRAIN_CACHE;
    expect(await defaultCacheDirectory()).toMatch(/digitrain/);
  });
});
