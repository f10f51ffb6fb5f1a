/** Every benchmark of the project; one line each. @module */
import type { FICurveBenchmark } from "./benchmark.js";
import { hodgkinHuxleyFI } from "./hodgkin-huxley-fi.js";
import { leakyIntegrateAndFireFI } from "./lif-fi.js";
import { adExOnset, izhikevichOnset } from "./onset-fi.js";

export const fiBenchmarks: readonly FICurveBenchmark[] = [
  hodgkinHuxleyFI,
  leakyIntegrateAndFireFI,
  adExOnset,
  izhikevichOnset,
];
