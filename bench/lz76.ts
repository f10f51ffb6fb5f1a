/**
 * Does LZ76 of a long binary sequence take about as long as reading it a few times? 10⁷ random bits, beside antropy's direct search on
 * 10⁵ (its time grows as n²/log n: longer ones take too long). Decided for a table of begun pieces over the suffix automaton, which
 * misses the caches with every symbol: 0.9 instead of 7 s.
 *
 * @module
 */
import { lempelZivComplexity } from "wbe/consciousness";
import { RandomStream, Stream } from "wbe/core";
import {
  type Benchmark,
  type BenchOptions,
  cpuSeconds,
  interleave,
  median,
  output,
  peerPython,
  spread,
} from "./bench.js";

function randomBits(n: number): Uint8Array {
  const random = new RandomStream(3, Stream.sampling);
  const words = new Uint32Array(Math.ceil(n / 32));
  for (let i = 0; i < words.length; i++) words[i] = random.integer(2 ** 32);
  return Uint8Array.from({ length: n }, (_, i) => (words[i >> 5]! >>> (i & 31)) & 1);
}

const python = `
import sys, time, numpy as np, antropy
x = np.array(list(sys.argv[1]), dtype=int)
antropy.lziv_complexity(x[:100])
start = time.process_time()
words = antropy.lziv_complexity(x)
print(time.process_time() - start, int(words), antropy.__version__)
`;

async function run(options: BenchOptions) {
  const runs = options.runs ?? 5;
  const [short, long] = [randomBits(100_000), randomBits(10_000_000)];
  const peer =
    output(peerPython, ["-c", python, short.join("")])
      ?.trim()
      .split(" ") ?? null;
  let words = 0;
  const times = await interleave(
    runs,
    {
      short: () =>
        cpuSeconds(() => {
          words = lempelZivComplexity(short);
        }),
      long: () => cpuSeconds(() => lempelZivComplexity(long)),
    },
    options,
  );
  if (peer && Number(peer[1]) !== words) throw new Error(`words: ours ${words}, antropy's ${peer[1]}`);
  return {
    work: "LZ76 words of 100,000 random bits; CPU time",
    runs,
    unit: "s" as const,
    ours: median(times.short),
    peer: peer ? Number(peer[0]) : null,
    peerVersion: peer ? `antropy ${peer[2]}` : null,
    target: { ratio: 1 },
    further: [{ name: "10^7 bits", ours: median(times.long), peer: null, target: { value: 1 } }],
    details: { "spread of 10^7 bits": spread(times.long), words },
  };
}

export const benchmark: Benchmark = { name: "lz76", question: "Does LZ76 of 10^7 bits take a second at most?", run };
