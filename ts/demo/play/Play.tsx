import { useApp } from "../context.js";
import { lazily } from "../lazily.js";
import { Answer } from "./Answer.js";
import { Controls, Remarks } from "./Controls.js";
import { Network } from "./Network.js";
import { Pad } from "./Pad.js";
import { Progress } from "./Progress.js";

const Below = lazily(async () => (await import("./Below.js")).Below, "below.css");

/** Draw, train, and look inside: on one screen; below it, what is needed less often. */
export function Play() {
  const { state } = useApp();
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
      {state.isReady.value && <Below />}
    </>
  );
}
