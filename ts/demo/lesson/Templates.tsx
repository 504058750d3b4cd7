import { useApp } from "../context.js";
import { Picture } from "../play/Network.js";
import { UnitDetail } from "../play/UnitDetail.js";
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
      {isLinear ? <Picture isLinear /> : <p>{words.needsLinear}</p>}
      {isLinear && <UnitDetail />}
    </div>
  );
}
