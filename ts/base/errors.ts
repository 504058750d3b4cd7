import { visible } from "./format.js";

/** A message of more characters quotes something endless: its middle is left out. */
const LONGEST = 1000;

/** A message as it may be shown on one line. */
function sentence(message: string): string {
  const text = visible(message.slice(0, 2 * LONGEST));
  if (message.length <= LONGEST && text.length <= LONGEST) return text;
  return `${text.slice(0, 0.7 * LONGEST)}...${visible(message.slice(-0.2 * LONGEST)).slice(-0.2 * LONGEST)}`;
}

/**
 * An error that a user can mend: its message is one sentence that says what was wrong, where, and what would be right. What
 * it quotes of data, files and names stands there with control characters as escapes, and without an endless middle.
 */
export class DigitrainError extends Error {
  override readonly name: string = "DigitrainError";

  constructor(message: string, options?: ErrorOptions) {
    super(sentence(message), options);
  }
}

/** Data that is neither on this machine nor to be had from elsewhere. */
export class UnavailableError extends DigitrainError {
  /** What happened. */
  readonly reason: string;
  /** What the user can do. */
  readonly remedy: string;

  constructor(reason: string, remedy: string) {
    super(`${reason}; ${remedy}`);
    this.reason = reason;
    this.remedy = remedy;
  }
}

/** A wrong option: the message names the option, what it got and what it takes. */
export class OptionError extends DigitrainError {
  override readonly name = "OptionError";
}

/** What Node's errors hold. Told by its fields: what Node throws may be of another realm than this module's Error. */
function fieldsOf(error: unknown): { message?: unknown; code?: unknown; cause?: unknown; reason?: unknown } {
  return Object(error) as object;
}

/** What went wrong, in the words of whoever threw it: of the cause, where the error itself says "fetch failed". */
export function reasonOf(error: unknown): string {
  const { message, code, cause, reason } = fieldsOf(error);
  if (cause) return reasonOf(cause);
  // OpenSSL's errors have a reason, and a message of places in its code. The error of a connection tried at several
  // addresses has a code, but an empty message.
  return String([reason, message, code].find(Boolean) ?? error);
}

/** Why the operating system refused something, in its own words: "permission denied". */
export function systemReason(error: unknown): string {
  const message = String(fieldsOf(error).message ?? error);
  // Node's messages read "EACCES: permission denied, open '/path'".
  return /^[A-Z0-9]+: ([^,]+)/.exec(message)?.[1] ?? message;
}

/** Node's code for what went wrong, such as "ENOENT". */
export function codeOf(error: unknown): unknown {
  return fieldsOf(error).code;
}
