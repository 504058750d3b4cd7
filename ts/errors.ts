/** An error that a user can mend: its message is one sentence that says what was wrong, where, and what would be right. */
export class DigitrainError extends Error {
  override readonly name: string = "DigitrainError";
}

/** Data that is neither on this machine nor to be had from elsewhere. */
export class UnavailableError extends DigitrainError {}

/** A wrong option: the message names the option, what it got and what it takes. */
export class OptionError extends DigitrainError {
  override readonly name = "OptionError";
}
