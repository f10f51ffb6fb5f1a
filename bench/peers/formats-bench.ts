/** Benchmarks that read one large file beside the tool of the field: what they share. @module */
import {
  type BenchOptions,
  type BenchOutcome,
  cpuSeconds,
  interleave,
  median,
  output,
  peerFile,
  peerPython,
  spread,
} from "../bench.js";

interface PeerRead {
  readonly version: string;
  /** CPU time. */
  readonly seconds: number;
  readonly checksum: readonly number[];
}

/** Makes an input with Python; false when interop/.venv is not there. */
export function makeInput(operation: string, path: string, n: number): boolean {
  return output(peerPython, [peerFile("formats.py"), `make-${operation}`, path, String(n)]) !== null;
}

/**
 * Lets both sides read the file in turn, and compares what they found.
 *
 * @param read our reader; its numbers must be those of formats.py.
 * @throws Error when the two sides found different values.
 */
export async function compareReaders(
  operation: string,
  path: string,
  read: () => Promise<readonly number[]>,
  given: { runs: number; work: string; ratio: number },
  options: BenchOptions,
): Promise<BenchOutcome> {
  const runs = options.runs ?? given.runs;
  let peer: PeerRead | null = null;
  let found: readonly number[] = [];
  const times = await interleave(
    runs,
    {
      ours: () =>
        cpuSeconds(async () => {
          found = await read();
        }),
      peer: () => {
        const text = output(peerPython, [peerFile("formats.py"), operation, path]);
        peer = text === null ? null : (JSON.parse(text.trim().split("\n").at(-1)!) as PeerRead);
        return peer?.seconds ?? Number.NaN;
      },
    },
    options,
  );
  const other = peer as PeerRead | null;
  // Sums of doubles in another order differ in their last digits.
  const differs = other?.checksum.some((value, i) => Math.abs(value - found[i]!) > 1e-9 * Math.abs(value));
  if (differs) throw new Error(`expected ${other!.checksum.join(", ")}, found ${found.join(", ")}`);
  return {
    work: `${given.work}; CPU time`,
    runs,
    unit: "s",
    ours: median(times.ours),
    peer: other ? median(times.peer) : null,
    peerVersion: other?.version ?? null,
    target: { ratio: given.ratio },
    details: { "spread of ours": spread(times.ours), ...(other && { "spread of peer": spread(times.peer) }) },
  };
}
