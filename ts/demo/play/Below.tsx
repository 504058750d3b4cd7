import { Keep } from "./Keep.js";
import { Mistakes } from "./Mistakes.js";
import { OwnDigits } from "./OwnDigits.js";
import { Settings } from "./Settings.js";

/** What is needed less often. */
export function Below() {
  return (
    <div class="below">
      <Settings />
      <Mistakes />
      <OwnDigits />
      <Keep />
    </div>
  );
}
