import { Canvas, colourOf, type Surface } from "../canvas.js";
import { useApp } from "../context.js";

/** The walk-through's two networks: of its text, and of its program. */
const HIDDEN = ["512, 256", "256, 128"];

/** Shapes and counts of parameters, layer by layer, and sizes to try. */
export function Shapes() {
  const { state, actions } = useApp();
  const words = state.words.value;
  const { texts, problems, resolved } = state.chosen.value;
  const inputs = state.model.value?.layers[0] ?? 784;
  const classes = state.model.value?.layers.at(-1) ?? 10;
  return (
    <div class="shapes">
      {HIDDEN.map((hidden) => (
        <Network key={hidden} layers={[inputs, ...hidden.split(", ").map(Number), classes]} />
      ))}
      <div>
        <label>
          {words.yourSizes}{" "}
          <input
            type="text"
            value={texts.hidden}
            aria-invalid={problems.hidden !== undefined}
            aria-describedby="problem-sizes"
            onChange={({ currentTarget }) => {
              actions.change("hidden", currentTarget.value);
            }}
          />
        </label>
        <p id="problem-sizes" class="wrong" role="alert">
          {problems.hidden !== undefined && words.wrong(problems.hidden)}
        </p>
        <Network layers={[inputs, ...resolved.hidden, classes]} />
      </div>
    </div>
  );
}

function Network({ layers }: { layers: readonly number[] }) {
  const { state } = useApp();
  const words = state.words.value;
  const rows = layers.slice(1).map((units, i) => ({ from: layers[i] ?? 0, units }));
  const total = rows.reduce((sum, { from, units }) => sum + (from + 1) * units, 0);
  return (
    <div>
      <table class="shape">
        <caption>{layers.join("-")}</caption>
        <thead>
          <tr>
            <th scope="col">{words.layer}</th>
            <th scope="col">{words.shape}</th>
            <th scope="col">{words.parameters}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ from, units }, i) => (
            <tr key={i}>
              <th scope="row">{i + 1}</th>
              <td>
                W [{from}, {units}], b [{units}]
              </td>
              <td>{words.count((from + 1) * units)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{words.total}</th>
            <td />
            <td>{words.count(total)}</td>
          </tr>
        </tfoot>
      </table>
      <Canvas
        class="blocks"
        draw={(surface) => {
          drawBlocks(surface, layers);
        }}
      />
    </div>
  );
}

/** The largest layer that is drawn to scale with the others. */
const SCALE_OF = 784;

/** Each layer's matrix, as high as its inputs and as wide as its outputs. */
function drawBlocks({ context, width, height }: Surface, layers: readonly number[]): void {
  const scale = height / Math.max(SCALE_OF, ...layers);
  let left = 0;
  context.fillStyle = colourOf("accent");
  layers.slice(1).forEach((units, i) => {
    context.fillRect(left, 0, Math.min(width, units * scale), (layers[i] ?? 0) * scale);
    left += units * scale + 8;
  });
}
