#!/usr/bin/env node
/**
 * The executable: binds the process to `runCli` and nothing else.
 *
 * @module
 */
import { runCli } from "./app.js";

const cancel = new AbortController();
// Ctrl-C, and what batch systems send some time before they kill.
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.on(name, () => {
    // The first lets the command stop cleanly (a run with --checkpoint saves itself), the second does not wait.
    if (cancel.signal.aborted) process.exit(130);
    cancel.abort(new Error("interrupted"));
  });
}
// `wbe explain … | head` closes the pipe early: that is the reader's right, not an error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

const code = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  cwd: process.cwd(),
  signal: cancel.signal,
});
process.exitCode = code;
// A script that was not told of the cancellation would go on for as long as it likes.
if (cancel.signal.aborted) process.exit(code);
