/**
 * An error as one clear paragraph, and its exit code.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";

const exitCodes = { user: 1, usage: 2, internal: 70, cancelled: 130 } as const;

/** A command line that does not fit the command. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Something that a user's script threw and that is no error of wbe. */
export class ScriptError extends Error {
  override readonly name = "ScriptError";
  constructor(path: string, cause: unknown) {
    const what = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    super(`the script failed with ${what.split("\n")[0]} (at ${firstPlace(cause) ?? path}).`, { cause });
  }
}

/** File and line where an error was thrown, from its stack. */
function firstPlace(error: unknown): string | undefined {
  const line = error instanceof Error ? /\n\s+at .*$/m.exec(error.stack ?? "")?.[0] : undefined;
  return line?.match(/\(?(?:file:\/\/)?(\/[^()]*:\d+:\d+)\)?$/)?.[1];
}

/** Also true for a WbeError of another copy of the package, which a script may have brought along. */
export function isWbeError(error: unknown): error is WbeError {
  return error instanceof WbeError || (error instanceof Error && error.name === "WbeError" && "code" in error);
}

export function describeFailure(
  error: unknown,
  { isDebug, columns = 100 }: { isDebug: boolean; columns?: number },
): { text: string; exitCode: number } {
  const paragraph = (text: string) => `${wrap(text, Math.max(40, columns))}\n`;
  const details = isDebug ? `\n${chain(error)}\n` : "";
  if (error instanceof UsageError) {
    return { text: paragraph(`error: ${error.message} (add --help for usage)`) + details, exitCode: exitCodes.usage };
  }
  if (error instanceof ScriptError) {
    const hint = isDebug ? "" : " Add --debug for the stack.";
    return { text: paragraph(`error: ${error.message}${hint}`) + details, exitCode: exitCodes.user };
  }
  if (isWbeError(error)) {
    const isUserFault = error.code !== "INTERNAL";
    const exitCode =
      error.code === "CANCELLED" ? exitCodes.cancelled : isUserFault ? exitCodes.user : exitCodes.internal;
    const hint = isUserFault || isDebug ? "" : " Add --debug for the stack.";
    return { text: paragraph(`error [${error.code}]: ${error.message}${hint}`) + details, exitCode };
  }
  const message = error instanceof Error ? error.message : String(error);
  const hint = isDebug ? "" : " Add --debug for the stack.";
  const text = paragraph(
    `internal fault: ${message}. This is a bug in wbe; please report it with the command line.${hint}`,
  );
  return { text: text + details, exitCode: exitCodes.internal };
}

/** Breaks lines at spaces; a word longer than a line (a path) stays whole. Line breaks of the text are kept. */
function wrap(text: string, columns: number): string {
  return text
    .split("\n")
    .map((line) => {
      if (line.length <= columns) return line;
      const lines = [""];
      for (const word of line.split(" ")) {
        const last = lines[lines.length - 1]!;
        if (last === "") lines[lines.length - 1] = word;
        else if (last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
        else lines.push(word);
      }
      return lines.join("\n");
    })
    .join("\n");
}

/** The stacks of an error and of its causes. */
function chain(error: unknown): string {
  const parts: string[] = [];
  let at = error;
  for (let depth = 0; at !== undefined && depth < 10; depth++) {
    parts.push(at instanceof Error ? (at.stack ?? at.message) : String(at));
    at = at instanceof Error ? at.cause : undefined;
  }
  return parts.join("\ncaused by: ");
}
