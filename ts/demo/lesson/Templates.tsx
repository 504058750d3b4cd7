import { useMemo } from "preact/hooks";
import { Canvas, drawOnBlack, type Surface } from "../canvas.js";
import { useApp } from "../context.js";
import { Picture } from "../play/Network.js";
import { inTwoRows } from "../play/network-picture.js";
import { UnitDetail } from "../play/UnitDetail.js";
import { meansOf } from "./means.js";
import { SmallPad, TryOut } from "./parts.js";

/** The linear model's ten templates, before, while and after it learns. */
export function Templates() {
  const { state } = useApp();
  const words = state.words.value;
  const isLinear = state.model.value?.layers.length === 2;
  return (
    <div class="templates">
      <div class="columns">
        <SmallPad />
        <TryOut label={words.trainLinear} recipe="fast" changed={{ hidden: "none", epochs: "2" }} />
      </div>
      {isLinear ? (
        <>
          <Picture isLinear />
          <UnitDetail />
        </>
      ) : (
        <Means />
      )}
    </div>
  );
}

/** What the templates have to tell apart: the mean image of each digit. */
function Means() {
  const { state } = useApp();
  const words = state.words.value;
  const data = state.data.value;
  const means = useMemo(() => (data ? meansOf(data) : []), [data]);
  const draw = (surface: Surface) => {
    const { context } = surface;
    inTwoRows(means.length, surface).forEach(([x, y, side], label) => {
      context.save();
      context.translate(x, y);
      drawOnBlack(context, means[label], side);
      context.restore();
    });
  };
  return (
    <>
      <p>{words.needsLinear}</p>
      <Canvas class="row-of-templates" draw={draw} label={words.means} />
      {means.length > 0 && <p>{words.means}</p>}
    </>
  );
}
