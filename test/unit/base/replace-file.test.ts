import { spawnSync } from "node:child_process";
import {
  chmod,
  link,
  lstat,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { itOnUnix, itWithLinks } from "../../systems.js";
import {
  removeLeftovers,
  replaceFile,
  tryToWriteBeside,
  whileOpenElsewhere,
} from "../../../ts/base/replace-file.js";

const NEW = Uint8Array.of(1, 2, 3);
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "digitrain-"));
});

afterEach(() => rm(directory, { recursive: true }));

const bytesOf = async (path: string) => new Uint8Array(await readFile(path));

test("a new file is written, and nothing else is left", async () => {
  await replaceFile(join(directory, "model"), NEW);
  expect(await bytesOf(join(directory, "model"))).toEqual(NEW);
  expect(await readdir(directory)).toEqual(["model"]);
});

itOnUnix("a file keeps its mode", async () => {
  const path = join(directory, "model");
  await writeFile(path, "old");
  await chmod(path, 0o640);
  await replaceFile(path, NEW);
  expect((await stat(path)).mode & 0o777).toBe(0o640);
  expect(await bytesOf(path)).toEqual(NEW);
});

itWithLinks("what a symbolic link points to is replaced, and the link stays", async () => {
  await writeFile(join(directory, "model"), "old");
  await symlink("model", join(directory, "latest"));
  await replaceFile(join(directory, "latest"), NEW);
  expect(await bytesOf(join(directory, "model"))).toEqual(NEW);
});

itWithLinks("what a symbolic link is to point to is written, and the link stays", async () => {
  await symlink("model", join(directory, "latest"));
  await symlink("latest", join(directory, "last"));
  await tryToWriteBeside(join(directory, "last"));
  await replaceFile(join(directory, "last"), NEW);
  expect((await lstat(join(directory, "latest"))).isSymbolicLink()).toBe(true);
  expect(await bytesOf(join(directory, "model"))).toEqual(NEW);
  expect((await readdir(directory)).sort()).toEqual(["last", "latest", "model"]);
});

test("hard links stay those of one file", async () => {
  await writeFile(join(directory, "model"), "an older and longer one");
  await link(join(directory, "model"), join(directory, "twin"));
  await replaceFile(join(directory, "twin"), NEW);
  expect(await bytesOf(join(directory, "model"))).toEqual(NEW);
  expect((await readdir(directory)).sort()).toEqual(["model", "twin"]);
});

describe("a file that another program has open", () => {
  const { platform } = process;
  const on = (system: string) => Object.defineProperty(process, "platform", { value: system });
  afterEach(() => on(platform));

  /** Fails so many times. */
  const failing = (times: number, code: string) => () =>
    times-- > 0 ? Promise.reject(Object.assign(new Error(code), { code })) : Promise.resolve("done");

  test.each(["EPERM", "EACCES", "EBUSY"])("is waited for on Windows (%s)", async (code) => {
    on("win32");
    expect(await whileOpenElsewhere(failing(3, code))).toBe("done");
  });

  test.each([
    ["win32", "ENOSPC"],
    ["linux", "EPERM"],
  ])("is not confused with other faults (%s, %s)", async (system, code) => {
    on(system);
    await expect(whileOpenElsewhere(failing(1, code))).rejects.toThrow(code);
  });
});

test("a failure leaves the old file, and nothing beside it", async () => {
  const path = join(directory, "taken");
  await replaceFile(path, NEW);
  // A directory can't be replaced by a file.
  await expect(replaceFile(directory, NEW)).rejects.toThrow();
  await tryToWriteBeside(path);
  expect(await readdir(directory)).toEqual(["taken"]);
});

test("what killed processes left beside a file is removed, what others write is not", async () => {
  const path = join(directory, "model");
  const { pid } = spawnSync(process.execPath, ["--version"]);
  const dead = `.model.${pid}.0123abcd.tmp`;
  const living = `.model.${process.pid}.0123abcd.tmp`;
  const other = `.sheet.${pid}.0123abcd.tmp`;
  for (const name of [dead, living, other]) await writeFile(join(directory, name), "");
  await removeLeftovers(path);
  expect((await readdir(directory)).sort()).toEqual([living, other].sort());
});
