import { useEffect, useRef } from "preact/hooks";
import { imageOf, type Point } from "../../index.js";
import { useApp } from "../context.js";
import { Canvas, colourOf, drawImage, type Surface } from "../canvas.js";
import { FilmStrip } from "./FilmStrip.js";
import { PEN } from "../reading.js";

/** The pad with its buttons and the film of what it was taken for. */
export function Pad() {
  const { state, actions } = useApp();
  const words = state.words.value;
  const isUsed = state.strokes.value.length > 0 || state.testImage.value !== undefined;
  return (
    <section class="draw" aria-labelledby="draw-title">
      <h2 id="draw-title" class="unseen" tabIndex={-1}>
        {words.draw}
      </h2>
      <PadBox />
      <div class="buttons">
        {/* Not `disabled`, which would take the keyboard's focus away. */}
        <button
          type="button"
          aria-disabled={!isUsed}
          onClick={() => {
            actions.undo();
          }}
        >
          {words.undo}
        </button>
        <button
          type="button"
          aria-disabled={!isUsed}
          onClick={() => {
            actions.clear();
          }}
        >
          {words.clear}
        </button>
        <button
          type="button"
          id="test-image"
          disabled={!state.data.value?.test?.count}
          onClick={() => {
            actions.showTestImage();
          }}
        >
          {words.testImage}
        </button>
      </div>
      <FilmStrip />
    </section>
  );
}

/** What one draws on; it can show an image of the data in the drawing's place. */
export function PadBox() {
  const { state, actions } = useApp();
  const words = state.words.value;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => (box.current ? listen(box.current, actions) : undefined), [actions]);
  const isUsed = state.strokes.value.length > 0 || state.testImage.value !== undefined;
  const draw = ({ context, width }: Surface) => {
    const shown = state.testImage.value;
    const image = shown && imageOf(shown.test, shown.example);
    if (image) drawImage(context, image, width);
    else drawStrokes(context, state.strokes.value, width);
  };
  return (
    <div ref={box} id="pad" class="pad">
      <Canvas draw={draw} label={words.pad} />
      {!isUsed && <p>{words.drawHere}</p>}
    </div>
  );
}

interface Pen {
  beginStroke: (points: readonly Point[]) => void;
  extendStroke: (points: readonly Point[]) => void;
  endStroke: () => void;
}

/** Hands on what a mouse, pen or finger draws; points are told once a frame. */
function listen(box: HTMLElement, pen: Pen): () => void {
  let pointer: number | undefined;
  let events: PointerEvent[] = [];
  let frame = 0;
  const ended = new AbortController();
  const on = (
    name: "pointerdown" | "pointermove" | "pointerup" | "pointercancel",
    act: (event: PointerEvent) => void,
  ) => {
    box.addEventListener(name, act, { signal: ended.signal });
  };
  const placesOf = (...told: readonly PointerEvent[]): Point[] => {
    const { left, top, width, height } = box.getBoundingClientRect();
    return told.map(({ clientX, clientY }) => ({ x: (clientX - left) / width, y: (clientY - top) / height }));
  };
  const tell = () => {
    cancelAnimationFrame(frame);
    frame = 0;
    if (events.length > 0) pen.extendStroke(placesOf(...events));
    events = [];
  };
  on("pointerdown", (event) => {
    if (pointer !== undefined || event.button !== 0) return;
    event.preventDefault();
    box.setPointerCapture(event.pointerId);
    pointer = event.pointerId;
    pen.beginStroke(placesOf(event));
  });
  on("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    const coalesced = event.getCoalescedEvents();
    events.push(...(coalesced.length > 0 ? coalesced : [event]));
    frame ||= requestAnimationFrame(tell);
  });
  const end = (event: PointerEvent) => {
    if (event.pointerId !== pointer) return;
    pointer = undefined;
    tell();
    pen.endStroke();
  };
  on("pointerup", end);
  on("pointercancel", end);
  return () => {
    ended.abort();
    cancelAnimationFrame(frame);
  };
}

function drawStrokes(
  context: CanvasRenderingContext2D,
  strokes: readonly (readonly Point[])[],
  side: number,
): void {
  Object.assign(context, { strokeStyle: colourOf("text"), lineCap: "round", lineJoin: "round" });
  context.lineWidth = PEN * side;
  for (const stroke of strokes) {
    context.beginPath();
    for (const { x, y } of stroke) context.lineTo(x * side, y * side);
    // A line of no length is not drawn, and a dot is one.
    const [only] = stroke;
    if (only && stroke.length === 1) context.lineTo(only.x * side + 0.01, only.y * side);
    context.stroke();
  }
}
