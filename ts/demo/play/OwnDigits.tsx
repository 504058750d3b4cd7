import { Canvas, drawImage } from "../canvas.js";
import { useApp } from "../context.js";
import { pixelsOf } from "../own-digits.js";

/** The user's own drawings, as the network sees them. */
export function OwnDigits() {
  const { state, actions } = useApp();
  const words = state.words.value;
  const digits = state.ownDigits.value;
  const own = state.ownReading.value;
  return (
    <section class="own" aria-labelledby="own-title">
      <h2 id="own-title">{words.ownDigits}</h2>
      <p>{words.ownDigitsSay}</p>
      {own && own.aside > 0 && <p id="own-aside">{words.readsAside(own.readAside, own.aside)}</p>}
      <div class="worst">
        {digits.map((digit, i) => (
          <button
            key={i}
            type="button"
            title={words.forgetIt}
            aria-label={`${words.forgetIt}: ${digit.label}`}
            onClick={() => {
              actions.forgetDigit(digit);
            }}
          >
            <Canvas
              draw={({ context, width }) => {
                drawImage(context, { width: 28, height: 28, pixels: pixelsOf(digit.strokes) }, width);
              }}
            />
            {digit.isAside ? words.aside(digit.label) : digit.label}
          </button>
        ))}
      </div>
    </section>
  );
}
