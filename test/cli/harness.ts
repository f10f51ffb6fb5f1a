import { type HostIO, runCli } from "../../src/cli/app.js";

/** Runs a command line in-process and returns what it wrote. */
export async function wbe(
  args: string | readonly string[],
  host: Partial<Pick<HostIO, "cwd" | "signal">> = {},
): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ["", ""];
  const code = await runCli(typeof args === "string" ? args.split(" ").filter(Boolean) : args, {
    stdout: {
      write: (text: string) => {
        out += text;
      },
    },
    stderr: {
      write: (text: string) => {
        err += text;
      },
      columns: 100,
    },
    cwd: host.cwd ?? process.cwd(),
    signal: host.signal ?? new AbortController().signal,
  });
  return { code, out, err };
}
