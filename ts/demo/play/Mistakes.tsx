import { imageOf } from "../../index.js";
import { confusionShares } from "../../view/confusion.js";
import { useApp } from "../context.js";
import { Canvas, drawImage } from "../canvas.js";
import { type Cell, type Examination, keyOf } from "../examine.js";
import { titleOf } from "../sources.js";
import type { Words } from "../words/index.js";

/** More classes fit no page. */
const MOST_CLASSES = 40;

/** The confusion matrix, and the images that the model is most wrong about. */
export function Mistakes() {
  const { state } = useApp();
  const words = state.words.value;
  const found = state.examination.value;
  const open = state.openCell.value;
  const when = found ? whenIn(words, found) : words.notYet;
  return (
    <section class="mistakes">
      <div>
        <h2>{words.confusion}</h2>
        <p>
          {words.confusionSays} {when}
        </p>
        {found && <Confusion found={found} />}
      </div>
      <div>{found && open ? <OpenCell found={found} cell={open} /> : <Worst found={found} />}</div>
    </section>
  );
}

function whenIn(say: Words, { epochs, data }: Examination): string {
  const title = titleOf(say, data.name);
  return epochs === undefined ? say.onTestImages(title) : say.afterEpochs(epochs, title);
}

function Confusion({ found: { confusion, data } }: { found: Examination }) {
  const { state, actions } = useApp();
  const open = state.openCell.value;
  const words = state.words.value;
  const names = confusion.map((_, label) => data.classNames?.[label] ?? String(label));
  if (names.length > MOST_CLASSES) return <p>{words.tooManyClasses}</p>;
  const shares = confusionShares(confusion);
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={words.confusionMatrix}>
      <table id="confusion">
        <tr>
          <td />
          {names.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
        {confusion.map((row, label) => (
          <tr key={label}>
            <th scope="row">{names[label]}</th>
            {row.map((count, predicted) => (
              <td
                key={predicted}
                title={words.takenFor(names[label] ?? "", names[predicted] ?? "", count)}
                class={label === predicted ? "right" : "mistake"}
                style={{ "--share": `${(100 * (shares[label]?.[predicted] ?? 0)).toFixed(1)}%` }}
              >
                {count > 0 && (
                  <button
                    type="button"
                    aria-pressed={open?.label === label && open.predicted === predicted}
                    aria-label={words.takenFor(names[label] ?? "", names[predicted] ?? "", count)}
                    onClick={() => {
                      actions.openCell({ label, predicted });
                    }}
                  >
                    {count}
                  </button>
                )}
              </td>
            ))}
          </tr>
        ))}
      </table>
    </div>
  );
}

/** The images that the model is most wrong about. */
function Worst({ found }: { found: Examination | undefined }) {
  const { state } = useApp();
  const words = state.words.value;
  return (
    <>
      <h2>{words.worst}</h2>
      <p>{words.worstSays}</p>
      {found && <Images found={found} mistakes={found.worst} />}
    </>
  );
}

/** The images of one cell of the confusion matrix. */
function OpenCell({ found, cell }: { found: Examination; cell: Cell }) {
  const { state, actions } = useApp();
  const words = state.words.value;
  const nameOf = (label: number) => found.data.classNames?.[label] ?? String(label);
  const count = found.confusion[cell.label]?.[cell.predicted] ?? 0;
  const examples = found.cells.get(keyOf(cell)) ?? [];
  return (
    <>
      <h2>{words.takenFor(nameOf(cell.label), nameOf(cell.predicted), count)}</h2>
      <p>
        {words.ofThese(examples.length)}{" "}
        <button
          type="button"
          class="link"
          onClick={() => {
            actions.openCell(undefined);
          }}
        >
          {words.worst}
        </button>
      </p>
      <Images found={found} mistakes={examples.map((example) => ({ example, ...cell }))} />
    </>
  );
}

interface ImagesProps {
  readonly found: Examination;
  readonly mistakes: readonly (Cell & { readonly example: number })[];
}

/** Test images to choose from, each with what it was taken for. */
function Images({ found: { data }, mistakes }: ImagesProps) {
  const { state, actions } = useApp();
  const words = state.words.value;
  const nameOf = (label: number) => data.classNames?.[label] ?? String(label);
  return (
    <div id="worst" class="worst">
      {mistakes.map(({ example, label, predicted }) => (
        <button
          key={example}
          type="button"
          onClick={() => {
            actions.showTestImage(example);
            showPad();
          }}
        >
          <Canvas
            draw={({ context, width }) => {
              const image = data.test && imageOf(data.test, example);
              if (image) drawImage(context, image, width);
            }}
          />
          {words.worstImage(nameOf(label), nameOf(predicted))}
        </button>
      ))}
    </div>
  );
}

/** Brings the pad into view, and tells a screen reader where that is. */
function showPad(): void {
  const title = document.getElementById("draw-title");
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
  document.getElementById("pad")?.scrollIntoView({ behavior, block: "nearest" });
  title?.focus({ preventScroll: true });
}
