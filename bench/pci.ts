/**
 * Is PCI with bootstrap fast enough to be looked at while one works? 60 channels × 100 trials of 300 samples, half of them baseline, 500
 * bootstrap averages. No peer that computes the bootstrap installs, so the target is a clock.
 *
 * @module
 */
import { PerturbationalComplexityIndex } from "wbe/consciousness";
import { RandomStream, Stream } from "wbe/core";
import { type Benchmark, type BenchOptions, cpuSeconds, interleave, median, spread } from "./bench.js";

const [nTrials, nSources, nSamples, onset] = [100, 60, 300, 150];

async function run(options: BenchOptions) {
  const runs = options.runs ?? 5;
  const random = new RandomStream(5, Stream.sampling);
  const data = Float64Array.from({ length: nTrials * nSources * nSamples }, (_, i) => {
    const k = i % nSamples;
    const channel = Math.floor(i / nSamples) % nSources;
    return random.normal() + (k >= onset && k < onset + 90 ? Math.sin((k - onset) / (5 + (channel % 7)) + channel) : 0);
  });
  const estimator = new PerturbationalComplexityIndex({ baselineWindow: [-150, 0], responseWindow: [0, 150], seed: 1 });
  let value = 0;
  const times = await interleave(
    runs,
    {
      pci: () =>
        cpuSeconds(() => {
          value = estimator.computeFromMatrix({ data, nTrials, nSources, nSamples, onset, sampleInterval: 1 }).value;
        }),
    },
    options,
  );
  return {
    work: `PCI of ${nSources} channels × ${nSamples} samples × ${nTrials} trials, 500 bootstraps, 40 surrogates, 40 resampled responses; CPU time`,
    runs,
    unit: "s" as const,
    ours: median(times.pci),
    peer: null,
    peerVersion: null,
    target: { value: 1 },
    details: { "spread of ours": spread(times.pci), PCI: value },
  };
}

export const benchmark: Benchmark = { name: "pci", question: "Is PCI with bootstrap a second's work?", run };
