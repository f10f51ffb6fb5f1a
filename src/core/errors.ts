/**
 * The one error class of wbe. A user fault ("user") is something the caller can mend; an internal fault
 * ("internal") is a bug of ours and says so.
 *
 * @module
 */

/** Stable error codes: machine-readable, never renamed once released. */
export type ErrorCode =
  | "ARGUMENT" // an argument outside its range or of the wrong kind
  | "UNIT_UNKNOWN" // a unit that the closed table does not hold
  | "DIMENSION" // quantities whose dimensions do not fit together
  | "SYNTAX" // text that does not parse (equations, expressions)
  | "NAME_UNKNOWN" // a variable, model, population, … that does not exist
  | "NAME_CLASH" // one name for two things
  | "MODEL_INVALID" // a declaration that cannot be a model
  | "PARAMETER_MISSING"
  | "PARAMETER_RANGE"
  | "DESCRIPTION_INVALID" // a network description with a wrong field
  | "FRAME_MISMATCH" // coordinates of different frames mixed
  | "FORMAT" // a file that breaks its format
  | "FILE" // a file that cannot be read or written
  | "EMPTY_INPUT" // nothing to work on (empty volume, no neurons)
  | "NOT_FINITE" // a state stopped being finite
  | "CANCELLED" // the caller's AbortSignal fired
  | "LIMIT" // the request is larger than what the machine or the method can do
  | "UNSUPPORTED" // valid, but outside what this version or environment does
  | "INTERNAL"; // our bug

export interface WbeErrorOptions {
  /** Where: file and line, population and neuron, field path, term of an equation. */
  where?: string;
  /** What the caller can do about it. */
  remedy?: string;
  cause?: unknown;
}

/** Characters of each part: a name of a million letters in the input makes no message of a million letters. */
const longestPart = 1000;

function clip(text: string): string {
  return text.length > longestPart ? `${text.slice(0, longestPart)}…` : text;
}

/**
 * Message = what was expected and found, then where, then the remedy. `code` is stable; `where` and `remedy`
 * are also kept as fields so that a page or a server can lay them out.
 */
export class WbeError extends Error {
  readonly code: ErrorCode;
  readonly where: string | undefined;
  readonly remedy: string | undefined;
  override readonly name = "WbeError";

  constructor(code: ErrorCode, message: string, options: WbeErrorOptions = {}) {
    const where = options.where ? ` (at ${clip(options.where)})` : "";
    const remedy = options.remedy ? ` ${clip(options.remedy)}` : "";
    super(`${clip(message)}${where}.${remedy}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.where = options.where;
    this.remedy = options.remedy;
  }

  /** True when the caller can mend it; false for a bug of ours. */
  get isUserFault(): boolean {
    return this.code !== "INTERNAL";
  }
}

/** A broken invariant of our own: says that it is a bug and asks for a report. */
export function internalError(message: string, cause?: unknown): WbeError {
  return new WbeError("INTERNAL", `internal fault: ${message}`, {
    remedy: "This is a bug in wbe; please report it with the input that led here.",
    cause,
  });
}
