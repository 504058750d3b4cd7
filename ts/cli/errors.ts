import { visible, visibleLines } from "../base/format.js";
import { DigitrainError } from "../index.js";

/** The exit statuses of the command. */
export const exitStatus = { success: 0, failure: 1, usage: 2 } as const;

/** What to tell the user about an error: one sentence, or with DIGITRAIN_DEBUG set its stack trace. */
export function errorText(error: unknown): string {
  if (process.env.DIGITRAIN_DEBUG && error instanceof Error)
    return visibleLines(error.stack ?? error.message);
  return visible(sentenceOf(error));
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof DigitrainError) return asFlag(error.message);
  return `unexpected ${error.name}: ${error.message} (set DIGITRAIN_DEBUG=1 to see where)`;
}

/**
 * The API says "learningRate takes a number"; whoever typed a flag reads "--learning-rate takes a number". An amount of
 * augment's has no flag of its own: "--augment scale takes a number".
 */
function asFlag(message: string): string {
  return message.replace(/^[a-z]+(\.?[A-Za-z][a-z]+)*(?= takes )/, (name) => {
    const flag = name
      .replace(/^augment\./, "augment ")
      .replaceAll(".", "-")
      .replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return `--${flag}`;
  });
}
