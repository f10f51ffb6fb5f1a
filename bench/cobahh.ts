/**
 * Is a network of Hodgkin-Huxley neurons with conductance synapses at most 0.3 times as long as in Brian2's compiled C++?
 * Decides whether kernels and delivery at one-step epochs are in order where neurons cost more than synapses.
 *
 * @module
 */
import { cobaHh } from "wbe/validation";
import type { Benchmark } from "./bench.js";
import { compareWithBrian } from "./peers/brette-benchmark.js";

export const benchmark: Benchmark = {
  name: "cobahh",
  question: "Does COBAHH (4,000 neurons) take at most 0.3 times as long as in Brian2?",
  run: (options) => compareWithBrian("cobahh", cobaHh({ size: 4000 }), 4000, options),
};
