import { isOurName } from "../../../ts/cli/demo.js";

describe("the server of digitrain demo", () => {
  it.each([
    ["127.0.0.1:7840", 7840],
    ["localhost:7840", 7840],
    // Browsers leave out HTTP's own port.
    ["127.0.0.1", 80],
    ["localhost", 80],
    ["127.0.0.1:80", 80],
  ])("is %s at port %d", (host, port) => {
    expect(isOurName(host, port)).toBe(true);
  });

  it.each([
    ["127.0.0.1", 7840],
    ["127.0.0.1:80", 7840],
    ["evil.example", 80],
    ["evil.example:80", 80],
    [undefined, 80],
  ])("is not %s at port %d", (host, port) => {
    expect(isOurName(host, port)).toBe(false);
  });
});
