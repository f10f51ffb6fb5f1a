/**
 * Izhikevich 2003, IEEE Trans Neural Netw 14:1569–1572, doi:10.1109/TNN.2003.820440: the network of the program in
 * the paper. 800 excitatory and 200 inhibitory neurons, all joined, every one different, under noise; 1 s shows alpha and
 * gamma rhythms.
 *
 * The program's step of 1 ms (V in two half-steps, then u) is written out in the equations, so that Euler with
 * dt = 1 ms is the program. One thing differs: a spike acts 1 ms later than there (the shortest delay). The thalamic input,
 * a new normal number each ms, is a state that forgets everything within a step of 1 ms.
 *
 * @module
 */
import { defineNeuron } from "../../neuron-models/index.js";
import type { NetworkDescription } from "../../simulation/index.js";
import { defineSynapse } from "../../synapse-models/index.js";
import type { PaperOptions } from "./paper-options.js";

const dynamics = {
  inputs: { I: "pA" },
  equations: `
    slope = 0.04/(1 mV * 1 ms)*V^2 + 5/(1 ms)*V + 140 mV/(1 ms) - u + (I + thalamus)/(1 pF)
    half = V + 0.5 ms*slope
    slopeHalf = 0.04/(1 mV * 1 ms)*half^2 + 5/(1 ms)*half + 140 mV/(1 ms) - u + (I + thalamus)/(1 pF)
    whole = half + 0.5 ms*slopeHalf
    dV/dt = (slope + slopeHalf)/2
    du/dt = a*(b*whole - u)
    dthalamus/dt = -thalamus/(1 ms) + sigma/sqrt(1 ms)*xi`,
  spike: "V >= 30 mV",
  method: "euler",
} as const;
const source = "Izhikevich 2003, IEEE Trans Neural Netw 14:1569, the program of the paper";

/** r = 0 is regular spiking, r = 1 chattering. */
const excitatory = defineNeuron({
  id: "IzhikevichExcitatory",
  source,
  params: { r: [0, "1", { min: 0, max: 1 }], a: [0.02, "1/ms"], b: [0.2, "1/ms"], sigma: [5, "pA"] },
  states: { V: [-65, "mV"], u: ["b*V", "mV/ms"], thalamus: [0, "pA"] },
  ...dynamics,
  reset: "V = -65 mV + 15 mV*r^2; u = u + 8 mV/(1 ms) - 6 mV/(1 ms)*r^2",
});

/** r = 0 is low-threshold spiking, r = 1 fast spiking. */
const inhibitory = defineNeuron({
  id: "IzhikevichInhibitory",
  source,
  params: { r: [0, "1", { min: 0, max: 1 }], sigma: [2, "pA"] },
  states: { V: [-65, "mV"], u: ["(0.25 - 0.05*r)/(1 ms)*V", "mV/ms"], thalamus: [0, "pA"] },
  ...dynamics,
  equations: `a = (0.02 + 0.08*r)/(1 ms)
    b = (0.25 - 0.05*r)/(1 ms)${dynamics.equations}`,
  reset: "V = -65 mV; u = u + 2 mV/(1 ms)",
});

/** A current that lasts the one step in which the spike arrives. */
const currentOfOneStep = defineSynapse({
  id: "CurrentOfOneStep",
  doc: "The sum of the weights that arrive in a step is the current of that step.",
  source,
  weightUnit: "input",
  params: {},
  states: { i: [0, "input"] },
  equations: "di/dt = 0*i/(1 ms)",
  onSpike: "i = weight",
  current: "i",
});

export function izhikevich2003({ duration = 1000, seed = 1 }: PaperOptions = {}): NetworkDescription {
  const populations = [
    { name: "exc", model: excitatory, size: 800, weight: { uniform: [0, 0.5] as const }, sigma: 5 },
    { name: "inh", model: inhibitory, size: 200, weight: { uniform: [-1, 0] as const }, sigma: 2 },
  ];
  return {
    version: 1,
    name: "1,000 neurons (Izhikevich 2003)",
    seed,
    dt: 1,
    duration,
    populations: populations.map(({ name, model, size, sigma }) => ({
      name,
      model,
      size,
      params: { r: { uniform: [0, 1] } },
      init: { thalamus: { normal: [0, sigma] } },
    })),
    projections: populations.flatMap(({ name: from, weight }) =>
      populations.map(({ name: to }) => ({
        from,
        to,
        synapse: currentOfOneStep,
        rule: { kind: "all-to-all" as const, autapses: true },
        weight,
        delay: 1,
      })),
    ),
    stimuli: [],
    recorders: [{ kind: "spikes" }],
  };
}
