/**
 * `wbe bench NAME`: one benchmark beside its peer. The benchmarks lie in bench/, outside the package that npm
 * installs: they run from a checkout.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { WbeError } from "../../core/errors.js";
import { defineCommand } from "../command.js";
import { loadScript } from "../load-script.js";
import { packageRoot } from "../package-info.js";

/** What bench/bench.ts, bench/results.ts and bench/NAME.ts export, as far as it is used here. */
interface BenchModule {
  runBenchmark(benchmark: unknown, options: BenchRunOptions): Promise<BenchOutcome>;
}
interface ResultsModule {
  mergeResult(existing: string, result: BenchOutcome, date: string): string;
}
interface BenchRunOptions {
  runs?: number;
  signal: AbortSignal;
  onProgress(line: string): void;
}
interface Target {
  ratio?: number;
  value?: number;
}
interface BenchOutcome {
  name: string;
  question: string;
  work: string;
  runs: number;
  unit: string;
  ours: number;
  peer: number | null;
  peerVersion: string | null;
  ratio: number | null;
  target: Target;
  /** Other comparisons of the same benchmark; all must meet their targets. */
  further?: readonly { name: string; ours: number; peer: number | null; target: Target }[];
  details: Record<string, number | string | null>;
  ok: boolean;
  node: string;
  machine: string;
}

/** Files of bench/ that are no benchmarks. */
const notBenchmarks = new Set(["bench.ts", "results.ts", "registry.ts"]);

export const benchCommand = defineCommand({
  name: "bench",
  summary: "measure one benchmark beside its peer",
  details: `
Ours and the peer take turns; medians are compared and the row in bench/RESULTS.md is renewed. Peers come from
interop/setup.sh. The exit code is 1 when the target is missed or the peer is not installed. Without a name it lists
the benchmarks.`,
  arguments: { name: z.string().optional().describe("name of a benchmark") },
  options: {
    json: z.boolean().default(false).describe("print the result as JSON"),
    runs: z.number().int().min(1).optional().meta({ placeholder: "N", description: "turns of each side" }),
  },
  examples: ["wbe bench", "wbe bench hello-brain", "wbe bench hh-kernel --json"],
  async run({ name, json, runs }, io) {
    const folder = join(packageRoot, "bench");
    if (!existsSync(join(folder, "bench.ts"))) {
      throw new WbeError(
        "UNSUPPORTED",
        "benchmarks run from a checkout of the repository, not from an installed package",
        {
          remedy: "Clone the repository and run npm ci there.",
        },
      );
    }
    const names = readdirSync(folder)
      .filter((file) => file.endsWith(".ts") && !notBenchmarks.has(file))
      .map((file) => file.slice(0, -3))
      .sort();
    if (name === undefined) {
      io.stdout.write(`${names.join("\n")}\n`);
      return;
    }
    if (!names.includes(name)) {
      throw new WbeError("NAME_UNKNOWN", `no benchmark "${name}"`, { remedy: `There are ${names.join(", ")}.` });
    }
    const load = async (file: string) => await loadScript(join(folder, file), io.cwd);
    // Files of our own repository: their exports are what the interfaces above say.
    const bench = (await load("bench.ts")) as unknown as BenchModule;
    const results = (await load("results.ts")) as unknown as ResultsModule;
    const { benchmark } = await load(`${name}.ts`);
    const result = await bench.runBenchmark(benchmark, {
      ...(runs === undefined ? {} : { runs }),
      signal: io.signal,
      onProgress: (line) => io.stderr.write(`${name}: ${line}\n`),
    });
    const path = join(folder, "RESULTS.md");
    const existing = existsSync(path) ? readFileSync(path, "utf8") : "";
    writeFileSync(path, results.mergeResult(existing, result, new Date().toISOString().slice(0, 10)));
    io.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : describe(result));
    if (!result.ok) io.setExitCode(1);
  },
});

function describe(result: BenchOutcome): string {
  const {
    name,
    question,
    work,
    runs,
    unit,
    ours,
    peer,
    peerVersion,
    ratio,
    target,
    further = [],
    details,
    ok,
  } = result;
  const print = ({ ratio: most, value }: Target): string =>
    [most === undefined ? "" : `ratio ≤ ${most}`, value === undefined ? "" : `≤ ${value} ${unit}`]
      .filter(Boolean)
      .join(", ") || "none";
  const lines = [
    `${name}: ${question}`,
    `  work    ${work}, ${runs} turns`,
    `  ours    ${ours.toPrecision(4)} ${unit}`,
    `  peer    ${peer === null ? "not installed (see interop/setup.sh)" : `${peer.toPrecision(4)} ${unit} (${peerVersion})`}`,
    ...(ratio === null ? [] : [`  ratio   ${ratio.toFixed(3)}`]),
    `  target  ${print(target)}`,
    ...further.map((part) => {
      const against =
        part.peer === null ? "" : `, peer ${part.peer.toPrecision(4)}, ratio ${(part.ours / part.peer).toFixed(3)}`;
      return `  ${part.name}: ${part.ours.toPrecision(4)} ${unit}${against}; target ${print(part.target)}`;
    }),
    `  all targets ${ok ? "met" : "not met"}`,
    ...Object.entries(details).map(([key, value]) => `  ${key}: ${value}`),
  ];
  return `${lines.join("\n")}\n`;
}
