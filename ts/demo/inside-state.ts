import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Model } from "../index.js";
import { asInput, contributions, difference, sumOf, type Template, templateOf, type Unit } from "./inside.js";
import { fits, type Seen } from "./reading.js";

/** What a unit makes of what is seen. */
export interface UnitStory {
  readonly unit: Unit;
  /** Its weights or their change, as the reader has chosen; undefined where that depends on a drawing and there is none. */
  readonly template: Template | undefined;
  /** Undefined where nothing is seen. */
  readonly products: Float32Array | undefined;
  /** The products' sum. */
  readonly sum: number;
  /** What the unit's own sum was at the start, where its change is shown. */
  readonly start: number | undefined;
  /** What leaves the unit. */
  readonly output: number | undefined;
  /** The class that the answer is compared with: the template is the answer's less its own. */
  readonly rival: number | undefined;
}

/** The part of the state that is about the network's inside. */
export function createInside(
  model: ReadonlySignal<Model | undefined>,
  startModel: ReadonlySignal<Model | undefined>,
  seen: ReadonlySignal<Seen | undefined>,
) {
  const pointedUnit = signal<Unit | undefined>(undefined);
  const pinnedUnit = signal<Unit | undefined>(undefined);
  /** A class that the answer is compared with. */
  const rival = signal<number | undefined>(undefined);
  const unitsBy = signal<"weights" | "change">("change");
  const input = computed(() =>
    seen.value && fits(model.value, seen.value) ? asInput(seen.value.input) : undefined,
  );
  const activations = computed(() => input.value && model.value?.activations(input.value));
  const startActivations = computed(() =>
    input.value && fits(startModel.value, seen.value)
      ? startModel.value?.activations(input.value)
      : undefined,
  );
  /** Whether there is a change to be shown. */
  const hasChange = computed(
    () =>
      startModel.value !== undefined &&
      startModel.value !== model.value &&
      sameLayers(startModel.value, model.value),
  );
  /**
   * The unit under the pointer, else the one that was tapped. Else the winning score; or, where changes are shown and
   * nothing is compared, the first layer's unit that the drawing excites most: its change looks like digits, a score's
   * seldom.
   */
  const shownUnit = computed((): Unit | undefined => {
    const layers = model.value?.layers ?? [];
    const isThere = (unit: Unit | undefined) => unit && unit.place < (layers[unit.layer + 1] ?? 0);
    const chosen = [pointedUnit.value, pinnedUnit.value].find(isThere);
    if (chosen) return chosen;
    const isInside = unitsBy.value === "change" && hasChange.value && rival.value === undefined;
    const layer = isInside ? 0 : layers.length - 2;
    const values = activations.value?.[layer];
    return values && { layer, place: values.indexOf(Math.max(...values)) };
  });
  const story = computed((): UnitStory | undefined => {
    const unit = shownUnit.value;
    if (!model.value || !unit) return undefined;
    const now = activations.value;
    const isChange = unitsBy.value === "change" && hasChange.value;
    // Without a drawing, only the first layer's weights say something by themselves.
    if (!now && unit.layer > 0)
      return {
        unit,
        template: undefined,
        products: undefined,
        sum: 0,
        start: undefined,
        output: undefined,
        rival: undefined,
      };
    const whole = templateOf(model.value, unit, now ?? []);
    const other = rival.value;
    const isAnswer = unit.layer === model.value.layers.length - 2 && !pointedUnit.value && !pinnedUnit.value;
    if (now && input.value && isAnswer && other !== undefined && other !== unit.place) {
      const template = difference(whole, templateOf(model.value, { ...unit, place: other }, now));
      const products = contributions(template, input.value);
      const output = now[unit.layer]?.[unit.place];
      return { unit, template, products, sum: sumOf(products), start: undefined, output, rival: other };
    }
    const before =
      isChange && startModel.value
        ? templateOf(startModel.value, unit, startActivations.value ?? [])
        : undefined;
    const template = before ? difference(whole, before) : whole;
    const products = input.value && contributions(template, input.value);
    return {
      unit,
      template,
      products,
      sum: products ? sumOf(products) : 0,
      start: before && input.value ? sumOf(contributions(before, input.value)) + before.bias : undefined,
      output: now?.[unit.layer]?.[unit.place],
      rival: undefined,
    };
  });
  return { pointedUnit, pinnedUnit, rival, unitsBy, input, activations, shownUnit, hasChange, story };
}

function sameLayers(one: Model, other: Model | undefined): boolean {
  return one.layers.join() === other?.layers.join();
}
