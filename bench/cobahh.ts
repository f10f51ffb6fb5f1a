/**
 * Is a network of Hodgkin-Huxley neurons with conductance synapses at most 0.3 times as long as in Brian2's compiled C++?
 * Decides whether kernels and delivery at one-step epochs are in order where neurons cost more than synapses. Double
 * precision on both sides, which is either's default; then single precision on both sides.
 *
 * @module
 */
import { cobaHh } from "wbe/validation";
import type { Benchmark } from "./bench.js";
import { compareWithBrian, joinOutcomes } from "./peers/brette-benchmark.js";

export const benchmark: Benchmark = {
  name: "cobahh",
  question: "Does COBAHH (4,000 neurons) take at most 0.3 times as long as in Brian2?",
  async run(options) {
    const double = await compareWithBrian("cobahh", cobaHh({ size: 4000 }), 4000, options);
    const single = await compareWithBrian("cobahh", cobaHh({ size: 4000, precision: "f32" }), 4000, options, "f32");
    return joinOutcomes(double, { "f32 on both sides": single });
  },
};
