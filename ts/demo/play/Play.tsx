import { Answer } from "./Answer.js";
import { Controls, Remarks } from "./Controls.js";
import { Keep } from "./Keep.js";
import { Mistakes } from "./Mistakes.js";
import { Network } from "./Network.js";
import { OwnDigits } from "./OwnDigits.js";
import { Pad } from "./Pad.js";
import { Progress } from "./Progress.js";
import { Settings } from "./Settings.js";

/** Draw, train, and look inside: on one screen; below it, what is needed less often. */
export function Play() {
  return (
    <>
      <div class="stage">
        <Pad />
        <Network />
        <Answer />
        <Controls />
        <Remarks />
        <Progress />
      </div>
      <div class="below">
        <Settings />
        <Mistakes />
        <OwnDigits />
        <Keep />
      </div>
    </>
  );
}
