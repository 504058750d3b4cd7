import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/** Runs something with an HTTP server of its own on localhost, which is closed afterwards. */
export async function withServer<T>(
  listener: RequestListener,
  run: (base: string) => Promise<T>,
): Promise<T> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
