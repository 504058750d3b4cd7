import { readdir } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import type { DownloadOptions } from "../../../../ts/data/published/download.js";
import { withDirectory } from "../made.js";
import { withServer } from "../server.js";
import { fetchInto, published } from "./files.js";

export const content = Buffer.from(Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7919) >>> 8));

export const file = published("a", content);
/** What {@link fetchInto} gives, where it gives it. */
export const obtained = [{ path: expect.stringMatching(/\/a$/) as string, bytes: new Uint8Array(content) }];
export const hasty = { answer: 60_000, body: 60_000, pause: 1 };

/** Downloads the file from mirrors at the server's paths into a new directory; says what became of it. */
export async function fetchFrom(
  paths: readonly string[],
  answer: (url: string, response: ServerResponse) => unknown,
  options: DownloadOptions = {},
): Promise<{ error: unknown; files: string[]; host: string; requests: string[] }> {
  const requests: string[] = [];
  return withDirectory((directory) =>
    withServer(
      ({ url = "" }, response) => {
        requests.push(url);
        answer(url, response);
      },
      async (base) => {
        const mirrors = paths.map((path) => `${base}${path}`);
        const error = await fetchInto(directory, [file], mirrors, { patience: hasty, ...options }).catch(
          (reason: unknown) => reason,
        );
        return { error, files: await readdir(directory), host: new URL(base).host, requests };
      },
    ),
  );
}
