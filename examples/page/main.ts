// Trains a network in a page, and reads what is drawn: npx vite examples/page
import { digitOfStrokes, type Model, type Point, train } from "digitrain";

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element ${id}`);
  return found;
}

/** The model as it is now, from the first step on. */
let modelNow: (() => Promise<Model>) | undefined;
let strokes: Point[][] = [];
const pad = element("pad") as HTMLCanvasElement;

pad.onpointerdown = ({ pointerId, offsetX, offsetY }) => {
  pad.setPointerCapture(pointerId);
  strokes.push([{ x: offsetX, y: offsetY }]);
};
pad.onpointermove = ({ buttons, offsetX, offsetY }) => {
  const stroke = strokes.at(-1);
  const before = stroke?.at(-1);
  const pen = pad.getContext("2d");
  if (buttons === 0 || !stroke || !before || !pen) return;
  stroke.push({ x: offsetX, y: offsetY });
  pen.beginPath();
  pen.moveTo(before.x, before.y);
  pen.lineTo(offsetX, offsetY);
  pen.stroke();
};
pad.onpointerup = async () => {
  const model = await modelNow?.();
  const answer = model && `This is a ${model.classify(digitOfStrokes(strokes).pixels).label}.`;
  element("answer").textContent = answer ?? "It hasn't begun to learn.";
};
element("clear").onclick = () => {
  strokes = [];
  pad.getContext("2d")?.clearRect(0, 0, pad.width, pad.height);
};

const { model, testAccuracy, stopped, runtime } = await train({
  data: new URLSearchParams(location.search).get("data") ?? "auto",
  recipe: "fast",
  logEvery: 1,
  onStart: ({ snapshot }) => {
    modelNow = snapshot;
  },
  onStep: ({ epoch, step, loss, stop }) => {
    element("state").textContent = `epoch ${epoch}, step ${step}: loss ${loss.toFixed(4)}`;
    element("stop").onclick = stop;
  },
});
modelNow = () => Promise.resolve(model);
element("state").textContent =
  `Ended (${stopped.why}) with ${testAccuracy ?? "unknown"} of the test images, on ${runtime.threads} threads.`;
