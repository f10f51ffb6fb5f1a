/**
 * A command is data and one function; `app.ts` turns it into a command line, tests run it in-process.
 *
 * @module
 */
import type { ZodType, z } from "zod";
import type { ProgressBar } from "../core/progress.js";

export type ZodShape = Readonly<Record<string, ZodType>>;

/** The parsed values of a shape by name. */
export type ParsedShape<S extends ZodShape> = { [K in keyof S]: z.output<S[K]> };

/** What a command may touch of the world. */
export interface CommandIO {
  /** Results: what a pipe should receive. */
  stdout: { write(text: string): unknown };
  /** Progress, notes and errors. */
  stderr: { write(text: string): unknown; isTTY?: boolean; columns?: number };
  /** Folder that relative paths start from. */
  cwd: string;
  /** Fires on Ctrl-C. */
  signal: AbortSignal;
  /** A bar on stderr; ended by the caller or by reaching its total. */
  progress(label: string, total: number, unit?: string): ProgressBar;
  /** Ends the process with this code after the command returned, without a message. */
  setExitCode(code: number): void;
}

export interface Command<A extends ZodShape = ZodShape, O extends ZodShape = ZodShape> {
  name: string;
  summary: string;
  /** What it reads, does and writes; shown by `wbe NAME --help`. */
  details?: string;
  /** Positional, in order. `.describe()` each; optional ones last. */
  arguments: A;
  /** Named; camelCase becomes --kebab-case. A boolean is a flag, `.meta({ placeholder: "DIR" })` names the value. */
  options: O;
  /** Command lines that work, run by the tests where they are cheap. */
  examples: readonly string[];
  run(input: ParsedShape<A> & ParsedShape<O>, io: CommandIO): Promise<void>;
}

/** Types a command by its own shapes. */
export function defineCommand<A extends ZodShape, O extends ZodShape>(command: Command<A, O>): Command<A, O> {
  return command;
}

/** A command whose input types are known to itself only: what the registry and the app handle. */
export interface AnyCommand extends Omit<Command, "run"> {
  run(input: never, io: CommandIO): Promise<void>;
}
