/** A page whose frame may run scripts and nothing else. The frame sends what its training gives, and what nobody caught. */
export const SANDBOXED = `<!doctype html>
<title>digitrain</title>
<script>
  window.caught = [];
  addEventListener("message", ({ data }) => (data.error ? caught.push(data.error) : (window.result = data)));
</script>
<iframe sandbox="allow-scripts" srcdoc='
  <script>
    addEventListener("unhandledrejection", ({ reason }) => parent.postMessage({ error: String(reason) }, "*"));
  </script>
  <script type="module">
    import { syntheticDigits, train } from "/browser/index.js";
    const data = await syntheticDigits({ train: 600, test: 100 });
    const { history, runtime } = await train({ data, epochs: 2, deterministic: true });
    setTimeout(() => parent.postMessage({ losses: [...history.losses], why: runtime.why }, "*"));
  </script>
'></iframe>`;

const NAMES = "{ init, loadDataset, readCsv, syntheticDigits, train }";

/** A worker's program that trains, and reads a table that lies beside it. It answers its own global, or each port. */
const usersWorker = (first: string, later: string) => `
  ${first}
  const answer = async (port) => {
    try {
      ${later}
      await init({ dataUrl: "data/" });
      const data = await syntheticDigits({ train: 600, test: 100 });
      const { history, runtime } = await train({ data, epochs: 2, deterministic: true });
      const { count } = await readCsv("table.csv");
      const { train: examples } = await loadDataset("./table.csv");
      port.postMessage({ losses: [...history.losses], threads: runtime.threads, rows: [count, examples.count] });
    } catch (error) {
      port.postMessage({ error: String(error) });
    }
  };
  if ("onconnect" in globalThis) onconnect = ({ ports: [port] }) => answer(port);
  else answer(globalThis);
`;

export const MODULE_WORKER = usersWorker(`import ${NAMES} from "/browser/index.js";`, "");
export const CLASSIC_WORKER = usersWorker("", `const ${NAMES} = await import("/browser/index.js");`);

/** A service worker's program that trains for each port that it is sent. */
export const SERVICE_WORKER = `
  import { readCsv, syntheticDigits, train } from "./browser/index.js";
  onmessage = async ({ ports: [port] }) => {
    try {
      const data = await syntheticDigits({ train: 600, test: 100 });
      const { history, runtime } = await train({ data, epochs: 2, deterministic: true });
      const { count } = await readCsv("table.csv");
      port.postMessage({ losses: [...history.losses], threads: runtime.threads, rows: count });
    } catch (error) {
      port.postMessage({ error: String(error) });
    }
  };
`;

/** Four images of four pixels, after their labels. */
export const TABLE = "label,a,b,c,d\n0,0,9,200,0\n1,255,0,0,8\n0,0,7,190,0\n1,250,3,0,0\n";
