import { weightsImage } from "../../index.js";
import { useApp } from "../context.js";
import { Canvas, sheetOf, type Surface } from "../canvas.js";

const COLUMNS = 20;
const MOST = 260;

/** The first layer's weights as images. */
export function Network() {
  const { state } = useApp();
  const words = state.words.value;
  const draw = ({ context, width, height }: Surface) => {
    const weights = state.model.value?.parameters.get("w1");
    if (weights?.shape[0] !== 784) return;
    const { data, ...size } = weightsImage(weights, { width: 28, height: 28 }, MOST, COLUMNS);
    const scale = Math.min(width / size.width, height / size.height);
    context.drawImage(
      sheetOf(new ImageData(data, size.width, size.height)),
      0,
      0,
      scale * size.width,
      scale * size.height,
    );
  };
  return (
    <section class="network" aria-labelledby="network-title">
      <h2 id="network-title" class="unseen">
        {words.network}
      </h2>
      <p>
        {words.weightsSay} <span class="positive">{words.speaksFor}</span>,{" "}
        <span class="negative">{words.speaksAgainst}</span>
      </p>
      <Canvas class="weights" draw={draw} label={words.weights} />
    </section>
  );
}
