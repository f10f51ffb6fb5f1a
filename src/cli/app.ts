/**
 * From a command line to a command and an exit code: 0 done, 1 the caller's fault or a failed check, 2 usage,
 * 70 a bug of ours, 130 cancelled.
 *
 * @module
 */
import { CommanderError, Command as Program } from "commander";
import { ProgressBar } from "../core/progress.js";
import type { CommandIO } from "./command.js";
import { describeFailure } from "./failure.js";
import { commands } from "./registry.js";

/** What the process gives; `runCli` adds the rest. */
export type HostIO = Pick<CommandIO, "stdout" | "stderr" | "cwd" | "signal">;

/** Runs one command line (without node and script) and returns the exit code. */
export async function runCli(argv: readonly string[], host: HostIO): Promise<number> {
  let exitCode = 0;
  const io: CommandIO = {
    ...host,
    progress: (label, total, unit) => new ProgressBar({ label, total, unit, sink: host.stderr }),
    setExitCode: (code) => {
      exitCode = code;
    },
  };
  const isDebug = argv.includes("--debug");
  try {
    const program = await buildProgram(argv, io);
    await program.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const failure = describeFailure(error, { isDebug, columns: host.stderr.columns });
    host.stderr.write(failure.text);
    return failure.exitCode;
  }
}

async function buildProgram(argv: readonly string[], io: CommandIO): Promise<Program> {
  const configure = (program: Program) =>
    program
      .exitOverride()
      .configureOutput({
        writeOut: (text) => io.stdout.write(text),
        writeErr: (text) => io.stderr.write(text),
        getOutHelpWidth: () => io.stderr.columns ?? 100,
        getErrHelpWidth: () => io.stderr.columns ?? 100,
      })
      .showHelpAfterError("(add --help for usage)");
  const program = configure(new Program("wbe"))
    .description("Whole-brain emulation: from imaging or a connectome to spikes, plasticity, measures and a report.")
    .option("--debug", "show the stack and the causes of an error")
    .helpOption("-h, --help", "show this help, or that of a command")
    .addHelpText("after", "\nStart with: wbe demo");
  const chosen = argv.find((word) => !word.startsWith("-"));
  const asksVersion = chosen === undefined && argv.some((word) => word === "--version" || word === "-V");
  program.version(
    asksVersion ? (await import("./package-info.js")).packageVersion() : "",
    "-V, --version",
    "print the version",
  );
  for (const entry of commands) {
    const sub = configure(program.command(entry.name)).summary(entry.summary).description(entry.summary);
    sub.option("--debug", "show the stack and the causes of an error");
    if (chosen === "help" ? argv.includes(entry.name) : entry.name === chosen) {
      const { addCommand } = await import("./shapes.js");
      addCommand(sub, await entry.load(), io);
    }
  }
  return program;
}
