import fc from "fast-check";
import { Model } from "../../../ts/index.js";
import {
  asInput,
  contributions,
  difference,
  strongestEdges,
  sumOf,
  templateOf,
} from "../../../ts/demo/inside.js";
import { cornerOf, layoutOf, unitAt } from "../../../ts/demo/layout.js";
import { numbers } from "../../numbers.js";

function modelOf(layers: number[], seed = 1): Model {
  const count = layers.slice(1).reduce((sum, units, i) => sum + ((layers[i] ?? 0) + 1) * units, 0);
  return new Model({ layers, outputActivation: "linear", loss: "mse", values: numbers(count, seed) });
}

describe("a unit's template", () => {
  it("times the drawing, added up, and the bias, is what the unit makes of it, in each layer", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (layers, seed, at) => {
        const model = modelOf(layers, seed);
        const input = numbers(layers[0] ?? 1, seed + 1);
        const activations = model.activations(input);
        const layer = at % activations.length;
        const place = at % (activations[layer]?.length ?? 1);
        const template = templateOf(model, { layer, place }, activations);
        const sum = sumOf(contributions(template, input)) + template.bias;
        const isLast = layer === activations.length - 1;
        const output = activations[layer]?.[place] ?? NaN;
        expect(isLast ? sum : Math.max(0, sum)).toBeCloseTo(output, 4);
      }),
    );
  });

  it("and another differ by what was learnt", () => {
    const [one, other] = [modelOf([4, 3], 1), modelOf([4, 3], 2)];
    const unit = { layer: 0, place: 1 };
    const change = difference(templateOf(one, unit, []), templateOf(other, unit, []));
    const input = asInput(Uint8Array.from([255, 0, 51, 102]));
    const scoreOf = (model: Model) => model.activations(input)[0]?.[1] ?? NaN;
    expect(sumOf(contributions(change, input)) + change.bias).toBeCloseTo(scoreOf(one) - scoreOf(other), 5);
  });

  it("has strongest edges, into it and out of it", () => {
    const model = modelOf([5, 4, 3, 2]);
    const input = numbers(5, 7);
    const activations = model.activations(input);
    const unit = { layer: 1, place: 2 };
    const all = strongestEdges(model, unit, input, activations, 100);
    expect(all.length).toBeLessThanOrEqual(4 + 2);
    const into = all.filter(({ to }) => to.layer === 1);
    const sum = into.reduce((total, { strength }) => total + strength, 0);
    const bias = model.parameters.get("b2")?.values[2] ?? NaN;
    expect(Math.max(0, sum + bias)).toBeCloseTo(activations[1]?.[2] ?? NaN, 5);
    const strengths = strongestEdges(model, unit, input, activations, 2).map(({ strength }) =>
      Math.abs(strength),
    );
    expect(strengths).toEqual(all.slice(0, 2).map(({ strength }) => Math.abs(strength)));
  });
});

describe("the network's layout", () => {
  it("has each unit in its place, within the picture, and finds it there", () => {
    const hidden = fc.array(fc.integer({ min: 1, max: 3000 }), { maxLength: 4 });
    const size = fc.record({
      width: fc.integer({ min: 300, max: 1200 }),
      height: fc.integer({ min: 150, max: 600 }),
    });
    fc.assert(
      fc.property(hidden, size, fc.nat(), (sizes, place, at) => {
        const layers = [784, ...sizes, 10];
        const boxes = layoutOf(layers, { width: 28, height: 28 }, place);
        expect(boxes.map(({ layer }) => layer)).toEqual(layers.map((_, i) => i - 1));
        for (const box of boxes) {
          expect(box.left).toBeGreaterThanOrEqual(-0.01);
          expect(box.top).toBeGreaterThanOrEqual(-0.01);
          expect(box.top + box.rows * box.cell).toBeLessThanOrEqual(place.height + 0.01);
          const unit = at % box.shown;
          const { x, y } = cornerOf(box, unit);
          if (box.layer >= 0)
            expect(unitAt(boxes, x + box.cell / 2, y + box.cell / 2)).toEqual({
              layer: box.layer,
              place: unit,
            });
        }
      }),
    );
  });

  it("fits the walk-through's networks side by side", () => {
    for (const hidden of [[256, 128], [512, 256], []]) {
      const boxes = layoutOf([784, ...hidden, 10], { width: 28, height: 28 }, { width: 340, height: 200 });
      boxes.slice(1).forEach(({ left }, i) => {
        const before = boxes[i];
        expect(left).toBeGreaterThan((before?.left ?? 0) + (before?.columns ?? 0) * (before?.cell ?? 0));
      });
    }
  });
});
