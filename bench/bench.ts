/**
 * What a benchmark is, and how it is run: ours and the peer take turns, so that a busy machine slows both; medians are
 * compared. `wbe bench NAME` loads this file and calls runBenchmark; each benchmark is one file of this folder that
 * exports `benchmark`.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface BenchOptions {
  /** Turns of each side; the benchmark's own choice when absent. */
  readonly runs?: number;
  readonly signal?: AbortSignal;
  /** One line about what happens now. */
  readonly onProgress?: (line: string) => void;
}

/** `ratio`: ours/peer at most this. `value`: ours at most this, in the benchmark's unit. Given both, both must hold. */
export interface Target {
  readonly ratio?: number;
  readonly value?: number;
}

/** One more measure of both sides, in the benchmark's unit; medians. */
export interface Comparison {
  readonly name: string;
  readonly ours: number;
  readonly peer: number | null;
  readonly target: Target;
}

export interface BenchOutcome {
  /** What was done, with sizes: "4,000 neurons × 1,000 steps". */
  readonly work: string;
  readonly runs: number;
  readonly unit: "s" | "ns per neuron-step";
  /** Median. */
  readonly ours: number;
  /** Median; null when the peer is not installed. */
  readonly peer: number | null;
  readonly peerVersion: string | null;
  readonly target: Target;
  /** Further comparisons with targets of their own, which must be met too. */
  readonly further?: readonly Comparison[];
  /** Further numbers and remarks: spread, build times, what was checked. */
  readonly details: Readonly<Record<string, number | string | null>>;
}

export interface Benchmark {
  readonly name: string;
  /** The design question that the numbers answer. */
  readonly question: string;
  run(options: BenchOptions): Promise<BenchOutcome>;
}

/** The JSON of `wbe bench NAME --json`. */
export interface BenchResult extends BenchOutcome {
  readonly name: string;
  readonly question: string;
  /** ours / peer, null without a peer. */
  readonly ratio: number | null;
  /** The target is met. False when the peer is not installed: then nothing was compared. */
  readonly ok: boolean;
  readonly node: string;
  readonly machine: string;
}

/** Runs one benchmark and judges it. */
export async function runBenchmark(benchmark: Benchmark, options: BenchOptions = {}): Promise<BenchResult> {
  const outcome = await benchmark.run(options);
  const ratio = outcome.peer === null ? null : outcome.ours / outcome.peer;
  return {
    name: benchmark.name,
    question: benchmark.question,
    ...outcome,
    ratio,
    ok: outcome.peer !== null && [outcome, ...(outcome.further ?? [])].every(isMet),
    node: process.version,
    machine: describeMachine(),
  };
}

function isMet({ ours, peer, target }: Pick<Comparison, "ours" | "peer" | "target">): boolean {
  const ratioOk = target.ratio === undefined || (peer !== null && ours / peer <= target.ratio);
  return ratioOk && (target.value === undefined || ours <= target.value);
}

/** Processor, cores and memory; nothing that names the machine. */
export function describeMachine(): string {
  const processors = cpus();
  const model = (processors[0]?.model ?? process.arch).replace(/\s+/g, " ").trim();
  return `${model}, ${processors.length} cores, ${Math.round(totalmem() / 2 ** 30)} GB`;
}

/** Middle value; the mean of the two middle ones of an even number. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** "0.98 … 1.07": smallest and largest, to three digits. */
export function spread(values: readonly number[]): string {
  return `${Math.min(...values).toPrecision(3)} … ${Math.max(...values).toPrecision(3)}`;
}

/**
 * Lets the sides take turns: round 0 is a warm-up and not kept. A side is a function that returns its own measure
 * (usually a time); the order within a round is turned around from round to round.
 */
export async function interleave<Name extends string>(
  runs: number,
  sides: Readonly<Record<Name, () => number | Promise<number>>>,
  options: BenchOptions = {},
): Promise<Record<Name, number[]>> {
  const names = Object.keys(sides) as Name[];
  const kept = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round <= runs; round++) {
    for (const name of round % 2 ? names : [...names].reverse()) {
      options.signal?.throwIfAborted();
      const measure = await sides[name]();
      if (round > 0) kept[name].push(measure);
    }
    options.onProgress?.(round === 0 ? "warm-up done" : `round ${round} of ${runs}`);
  }
  return kept;
}

/** Seconds that `work` takes. */
export async function seconds(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/**
 * CPU seconds that one-threaded `work` takes: what other programs on the machine take does not count (they still share
 * its caches). Node counts its background threads in, wall time the other programs; the work's own time is below both.
 */
export async function cpuSeconds(work: () => unknown): Promise<number> {
  const start = process.cpuUsage();
  const wall = await seconds(work);
  const { user, system } = process.cpuUsage(start);
  return Math.min(wall, (user + system) / 1e6);
}

/** Standard output of a command, or null when the command is not there. @throws Error when it fails. */
export function output(command: string, args: readonly string[], cwd?: string): string | null {
  const result = spawnSync(command, args, { cwd, encoding: "utf8", maxBuffer: 1 << 26 });
  if (result.error) {
    if ("code" in result.error && result.error.code === "ENOENT") return null;
    throw result.error;
  }
  if (result.status !== 0) throw new Error(`${command} ended with ${result.status}:\n${result.stderr.slice(-2000)}`);
  return result.stdout;
}

/** A file of bench/peers. */
export function peerFile(name: string): string {
  return fileURLToPath(new URL(`./peers/${name}`, import.meta.url));
}

/** Python of interop/.venv, whether it is there or not (then `output` gives null). */
export const peerPython = fileURLToPath(new URL("../interop/.venv/bin/python", import.meta.url));

/** Calls `use` with a new folder that is gone afterwards. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "wbe-bench-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
