import { mkdirSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { itWithShared, mnist } from "../reference/shared.js";
import { itWithSignals } from "../systems.js";
import { withServer } from "../unit/data/server.js";
import { ended, run, start, temporaryDirectory } from "./command.js";

const directory = temporaryDirectory();

/** A new cache directory. */
function makeCache(name: string): string {
  const cache = join(directory, name);
  mkdirSync(cache);
  return cache;
}

describe("a download by the command", () => {
  itWithSignals("leaves nothing when it is interrupted", async () => {
    const cache = makeCache("interrupted");
    const { status, stderr } = await withServer(
      (_, response) => response.write(Buffer.alloc(1000)),
      async (base) => {
        const program = start(["train", "--data", "mnist", "--cache", cache], { DIGITRAIN_MIRROR: base });
        const end = ended(program);
        program.stderr?.once("data", () => program.kill("SIGINT"));
        return end;
      },
    );
    expect(status).toBe(130);
    expect(stderr).toBe("downloading train-images-idx3-ubyte.gz\ndigitrain: interrupted\n");
    expect(readdirSync(join(cache, "mnist"))).toEqual([]);
  });

  it("isn't begun where the run could not be", async () => {
    let requests = 0;
    const { status, stderr } = await withServer(
      (_, response) => {
        requests++;
        response.end();
      },
      (base) =>
        run(["train", "--data", "mnist", "--cache", makeCache("wrong")], {
          DIGITRAIN_MIRROR: base,
          DIGITRAIN_THREADS: "99",
        }),
    );
    expect({ status, requests }).toEqual({ status: 1, requests: 0 });
    expect(stderr).toMatch(/^digitrain: DIGITRAIN_THREADS takes [^\n]*\n$/);
  });

  itWithShared("may be run twice at once, with the real MNIST", async () => {
    const cache = makeCache("twice");
    const args = ["train", "--data", "mnist", "--cache", cache, "--epochs", "0", "--json"];
    const runs = await withServer(
      ({ url = "" }, response) => {
        void readFile(join(mnist, basename(url))).then((bytes) => response.end(bytes));
      },
      (base) => Promise.all([1, 2].map(() => run(args, { DIGITRAIN_MIRROR: base }))),
    );
    for (const { status, stderr, stdout } of runs) {
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(stdout).toContain('"data":{"name":"mnist","train":60000,"test":10000}');
    }
    expect(readdirSync(join(cache, "mnist"))).toHaveLength(4);
  });
});
