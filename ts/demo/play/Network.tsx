import { useRef } from "preact/hooks";
import { fixed } from "../../base/format.js";
import { useApp } from "../context.js";
import { Canvas, colourOf, magnification, type Surface } from "../canvas.js";
import { columnOf, strongestEdges, type Unit } from "../inside.js";
import { layoutOf, unitAt } from "../layout.js";
import type { State } from "../state.js";
import { nameOf } from "../verdict.js";
import { drawNetwork, drawSigned, imageSizeOf } from "./network-picture.js";
import { UnitDetail } from "./UnitDetail.js";

const EDGES = 40;
/** Below the layers, for their labels. */
const LABELS = 24;
/** The linear model's templates stand in rows of so many. */
const TEMPLATES_A_ROW = 5;

/** The network as the picture, and what one of its units makes of the drawing. */
export function Network() {
  const { state } = useApp();
  const words = state.words.value;
  const isLinear = state.model.value?.layers.length === 2;
  return (
    <section class="network" aria-labelledby="network-title">
      <h2 id="network-title" class="unseen">
        {words.network}
      </h2>
      <Picture isLinear={isLinear} />
      <UnitDetail />
    </section>
  );
}

/** A canvas whose units can be pointed at, tapped, and walked through by the arrow keys. */
export function Picture({ isLinear }: { isLinear: boolean }) {
  const { state, actions } = useApp();
  const words = state.words.value;
  const box = useRef<HTMLDivElement>(null);
  const find = ({ clientX, clientY }: MouseEvent): Unit | undefined => {
    const { left, top, width, height } = box.current?.getBoundingClientRect() ?? new DOMRect();
    const larger = magnification.value;
    const place = { width: width / larger, height: height / larger };
    const [x, y] = [(clientX - left) / larger, (clientY - top) / larger];
    return isLinear ? templateAt(state, place, x, y) : unitAt(boxesOf(state, place), x, y);
  };
  return (
    <div
      ref={box}
      id="network"
      class="picture"
      tabIndex={0}
      role="group"
      aria-label={isLinear ? words.linearSays : words.networkSays}
      onPointerMove={(event) => {
        if (event.pointerType === "mouse") actions.pointAt(find(event));
      }}
      onPointerLeave={() => {
        actions.pointAt(undefined);
      }}
      onClick={(event) => {
        actions.pin(find(event));
      }}
      onKeyDown={(event) => {
        const unit = neighbour(state, event.key);
        if (!unit) return;
        event.preventDefault();
        actions.pin(unit);
      }}
    >
      <Canvas
        draw={(surface) => {
          (isLinear ? drawTemplates : drawLayers)(surface, state);
        }}
      />
    </div>
  );
}

/** The unit beside the one that is shown, in an arrow's direction. */
function neighbour({ model, shownUnit }: State, key: string): Unit | undefined {
  const [across, down] =
    { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key] ?? [];
  const layers = model.value?.layers.slice(1) ?? [];
  if (across === undefined || down === undefined) return undefined;
  const { layer, place } = shownUnit.value ?? { layer: 0, place: 0 };
  const next = Math.min(layers.length - 1, Math.max(0, layer + across));
  const units = layers[next] ?? 1;
  const unit = { layer: next, place: (Math.min(place, units - 1) + down + units) % units };
  return unit.layer === layer && unit.place === place ? undefined : unit;
}

function boxesOf({ model, seen }: State, { width, height }: { width: number; height: number }) {
  if (!model.value) return [];
  const size = imageSizeOf(model.value, seen.value?.image);
  return layoutOf(model.value.layers, size, { width, height: height - LABELS });
}

function drawLayers(surface: Surface, state: State): void {
  const { model, seen, activations, input, reading, shownUnit, words } = state;
  if (!model.value) return;
  const { layers } = model.value;
  const unit = shownUnit.value;
  const isSeen = activations.value !== undefined && input.value !== undefined;
  drawNetwork(surface, {
    boxes: boxesOf(state, surface),
    image: isSeen ? seen.value?.image : undefined,
    activations: activations.value,
    outputs: reading.value?.probabilities ?? reading.value?.scores,
    edges: isSeen && unit ? strongestEdges(model.value, unit, input.value, activations.value, EDGES) : [],
    shown: unit,
    names: Array.from({ length: layers.at(-1) ?? 0 }, (_, label) => nameOf(state, label)),
    labels: layers.map((units, i) => (i === 0 ? words.value.inputLabel(units) : String(units))),
  });
}

/** Where the linear model's templates stand, each with a line of text below. */
function templatePlaces({ model }: State, { width, height }: { width: number; height: number }) {
  const count = Math.min(10, model.value?.layers.at(-1) ?? 0);
  const rows = Math.ceil(count / TEMPLATES_A_ROW);
  const [across, down] = [width / TEMPLATES_A_ROW, height / Math.max(1, rows)];
  const side = Math.min(across - 8, down - LABELS);
  return Array.from({ length: count }, (_, place) => ({
    x: (place % TEMPLATES_A_ROW) * across + (across - side) / 2,
    y: Math.floor(place / TEMPLATES_A_ROW) * down,
    side,
  }));
}

function templateAt(
  state: State,
  size: { width: number; height: number },
  x: number,
  y: number,
): Unit | undefined {
  const place = templatePlaces(state, size).findIndex(
    (one) => x >= one.x && x < one.x + one.side && y >= one.y && y < one.y + one.side + LABELS,
  );
  return place < 0 ? undefined : { layer: 0, place };
}

function drawTemplates(surface: Surface, state: State): void {
  const { model, startModel, seen, activations, shownUnit, hasChange, unitsBy } = state;
  const weights = model.value?.parameters.get("w1");
  if (!model.value || !weights) return;
  const { context } = surface;
  const units = weights.shape[1] ?? 0;
  const start =
    unitsBy.value === "change" && hasChange.value
      ? startModel.value?.parameters.get("w1")?.values
      : undefined;
  const size = imageSizeOf(model.value, seen.value?.image);
  context.font = "16px system-ui, sans-serif";
  context.textAlign = "center";
  templatePlaces(state, surface).forEach(({ x, y, side }, place) => {
    const own = columnOf(weights.values, units, place);
    const before = start && columnOf(start, units, place);
    const template = before ? own.map((weight, input) => weight - (before[input] ?? 0)) : own;
    drawSigned(context, template, size, [x, y, side]);
    context.strokeStyle = colourOf(shownUnit.value?.place === place ? "other" : "rule");
    context.lineWidth = shownUnit.value?.place === place ? 2.5 : 1;
    context.strokeRect(x, y, side, side);
    context.fillStyle = colourOf("text");
    const score = activations.value?.[0]?.[place];
    const text = score === undefined ? nameOf(state, place) : `${nameOf(state, place)}: ${fixed(score, 2)}`;
    context.fillText(text, x + side / 2, y + side + 18);
  });
}
