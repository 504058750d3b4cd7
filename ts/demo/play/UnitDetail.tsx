import { fixed } from "../../base/format.js";
import { Canvas, drawOnBlack, type Surface } from "../canvas.js";
import { useApp } from "../context.js";
import type { UnitStory } from "../inside-state.js";
import type { State } from "../state.js";
import { nameOf } from "../verdict.js";
import { drawSigned, imageSizeOf, square } from "./network-picture.js";

/** What one unit makes of the drawing: weights times pixels, added up, and the bias. */
export function UnitDetail() {
  const { state, actions } = useApp();
  const words = state.words.value;
  const story = state.story.value;
  const isChange = state.unitsBy.value === "change" && state.hasChange.value;
  const caption =
    story?.rival !== undefined ? words.templatesApart : isChange ? words.templateChange : words.template;
  return (
    <div class="unit">
      <div class="by">
        <fieldset class="segments">
          <legend class="unseen">{words.unitsBy}</legend>
          {(["change", "weights"] as const).map((what) => (
            <label key={what}>
              <input
                type="radio"
                name="units-by"
                checked={(what === "change") === isChange}
                disabled={what === "change" && !state.hasChange.value}
                onChange={() => {
                  actions.showUnitsBy(what);
                }}
              />
              <span>{what === "change" ? words.byChange : words.byWeights}</span>
            </label>
          ))}
        </fieldset>
        {story ? <Sum story={story} /> : <p>{words.drawToSee}</p>}
        <p>{words.colours}</p>
      </div>
      {story?.template && (
        <div class="product">
          <figure>
            <Canvas
              draw={(surface) => {
                drawTemplate(surface, state);
              }}
            />
            <figcaption>{caption}</figcaption>
          </figure>
          <span>×</span>
          <figure>
            <Canvas
              draw={(surface) => {
                drawSeen(surface, state);
              }}
            />
            <figcaption>{words.drawing}</figcaption>
          </figure>
          <span>=</span>
          <figure>
            <Canvas
              draw={(surface) => {
                drawProducts(surface, state);
              }}
            />
            <figcaption>{words.product}</figcaption>
          </figure>
        </div>
      )}
    </div>
  );
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}\u00a0${Math.abs(value).toFixed(2)}`;
}

/** The unit's arithmetic in a line. */
function Sum({ story }: { story: UnitStory }) {
  const { state } = useApp();
  const words = state.words.value;
  const { unit, template, products, sum, start, output } = story;
  const layers = state.model.value?.layers.length ?? 0;
  const isOutput = unit.layer === layers - 2;
  // While it trains the numbers change ten times a second.
  const live = state.phase.value === "running" ? "off" : "polite";
  if (story.rival !== undefined && template) {
    const [winner, other] = [nameOf(state, unit.place), nameOf(state, story.rival)];
    return (
      <p id="unit" aria-live={live}>
        <b>{words.whyNot(winner, other)}</b>
        <span>{words.apart(winner, other, fixed(sum + template.bias, 2))}</span>
      </p>
    );
  }
  const name = isOutput
    ? words.outputName(nameOf(state, unit.place))
    : words.unitName(unit.place, unit.layer);
  const total = sum + (template?.bias ?? 0) + (start ?? 0);
  const isRelu = !isOutput || state.model.value?.outputActivation === "relu";
  return (
    <p id="unit" aria-live={live}>
      <b>{name}</b>
      {template && products && output !== undefined ? (
        <span>
          {start === undefined
            ? `${words.sum} ${fixed(sum, 2)} ${signed(template.bias)} ${words.bias} = ${fixed(total, 2)}`
            : `${words.atStart} ${fixed(start, 2)}, ${words.sinceThen} ${signed(sum + template.bias)} = ${fixed(total, 2)}`}
          {isRelu && ` → relu → ${fixed(output, 2)}`}
        </span>
      ) : (
        <span>{words.drawToSee}</span>
      )}
    </p>
  );
}

function drawTemplate(surface: Surface, { story, model, seen }: State): void {
  const template = story.value?.template;
  if (template && model.value)
    drawSigned(
      surface.context,
      template.weights,
      imageSizeOf(model.value, seen.value?.image),
      square(surface),
    );
}

function drawProducts(surface: Surface, { story, model, seen }: State): void {
  const products = story.value?.products;
  if (products && model.value)
    drawSigned(surface.context, products, imageSizeOf(model.value, seen.value?.image), square(surface));
}

function drawSeen({ context, width, height }: Surface, { seen }: State): void {
  drawOnBlack(context, seen.value?.image, Math.min(width, height));
}
