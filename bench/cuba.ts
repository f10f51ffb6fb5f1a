/**
 * Is a network of integrate-and-fire neurons that does little per step at most 0.3 times as long as in Brian2's compiled
 * C++? The delay is one step, so every step is an epoch: decides whether the cost of an epoch is in order. 4,000 neurons;
 * 40,000 with the same inputs per neuron are measured in the same turns' order and must meet the target too.
 * Double precision on both sides, which is either's default; then 4,000 neurons in single precision on both sides.
 *
 * @module
 */
import { cuba } from "wbe/validation";
import type { Benchmark } from "./bench.js";
import { compareWithBrian, joinOutcomes } from "./peers/brette-benchmark.js";

export const benchmark: Benchmark = {
  name: "cuba",
  question: "Does CUBA (4,000 and 40,000 neurons) take at most 0.3 times as long as in Brian2?",
  async run(options) {
    const small = await compareWithBrian("cuba", cuba({ size: 4000 }), 4000, options);
    const large = await compareWithBrian("cuba", cuba({ size: 40_000 }), 40_000, options);
    const single = await compareWithBrian("cuba", cuba({ size: 4000, precision: "f32" }), 4000, options, "f32");
    return joinOutcomes(small, { "40,000 neurons": large, "f32 on both sides": single });
  },
};
