/**
 * Shiu et al. 2024, Nature 634:210–219, doi:10.1038/s41586-024-07763-9: every neuron of the brain of an adult fruit fly as
 * a leaky integrate-and-fire neuron, every connection with as much weight as it has synapses. A few sensory neurons are
 * driven, and the spikes spread. Equations and parameters are those of the published program (github.com/philshiu/
 * Drosophila_brain_model, model.py), whose spikes this model gives step for step (test/validation/papers/shiu-2024.test.ts).
 *
 * Three things in it are easily missed: a spike resets the synaptic variable g too; while a neuron is refractory, V and g
 * stand still and what arrives is lost; a driven neuron gets its Poisson spikes as jumps of V far above threshold, and has
 * no refractory period.
 *
 * @module
 */

import { flyLikeWiring, type SignedWiring } from "../../connectome/index.js";
import { requireWithin } from "../../core/arguments.js";
import { WbeError } from "../../core/errors.js";
import { defineNeuron } from "../../neuron-models/index.js";
import type { NetworkDescription } from "../../simulation/index.js";
import { defineSynapse } from "../../synapse-models/index.js";
import type { PaperOptions } from "./paper-options.js";

const source = "Shiu et al. 2024, Nature 634:210, Methods and model.py";

export const flyNeuron = defineNeuron({
  id: "FlyLIF",
  doc: "Leaky integrate-and-fire neuron of the whole fly brain; the synaptic variable g is a potential and is reset with V.",
  source,
  params: {
    Vrest: [-52, "mV"],
    Vreset: [-52, "mV"],
    Vth: [-45, "mV"],
    tauM: [20, "ms", { above: 0 }],
    tauG: [5, "ms", { above: 0 }],
    tRef: [2.2, "ms", { min: 0 }],
  },
  inputs: {},
  states: { V: ["Vrest", "mV"], g: [0, "mV"] },
  equations: `
    dV/dt = (Vrest - V + g) / tauM
    dg/dt = -g / tauG`,
  spike: "V > Vth",
  reset: "V = Vreset; g = 0 mV",
  refractory: "tRef",
  hold: ["V", "g"],
  constraints: ["Vreset < Vth"],
  method: "exact",
});

export const flySynapse = defineSynapse({
  id: "FlySynapse",
  doc: "A spike adds its weight to the neuron's g. Ignored while g is held refractory.",
  source,
  weightUnit: "mV",
  params: {},
  states: {},
  equations: "",
  onSpike: "g = g + weight",
});

export interface Shiu2024Options extends PaperOptions {
  /** Who connects to whom; a random wiring with the published statistics (`flyLikeWiring`, from the seed) by default. */
  wiring?: SignedWiring;
  /**
   * Indices of the driven neurons; must be given with a wiring. In the random wiring no neuron senses sugar: by default 21,
   * as many as in the paper, that excite and have some 700 targets, which sets off about as many neurons as the paper's
   * 21 do (410 at 100 Hz).
   */
  driven?: readonly number[];
  /** Hz of Poisson spikes in each driven neuron; the paper goes from 10 to 200. 100 by default. */
  rate?: number;
  /** Indices of silenced neurons: nothing that they send has any weight. */
  silenced?: readonly number[];
  /** mV of one synapse, the model's free parameter: 0.275 by default. */
  weight?: number;
  /** ms, 0.1 by default. */
  dt?: number;
  /**
   * "event-driven" (default): a neuron costs time only when something reaches it or it may fire. "exact": step by step, the
   * same spikes.
   */
  method?: "event-driven" | "exact";
}

/** mV: one Poisson spike is 250 synapses, ten times what reaches the threshold. */
const drive = 250 * 0.275;
const delay = 1.8;

/** Labellar sugar-sensing neurons of one side, the paper's main experiment. */
const nSugar = 21;

/** @throws WbeError ARGUMENT for an index outside the wiring or a rate below 0. */
export function shiu2024(options: Shiu2024Options = {}): NetworkDescription {
  const { seed = 1, dt = 0.1, duration = 1000, rate = 100, weight = 0.275, silenced = [] } = options;
  const { method = "event-driven" } = options;
  requireWithin(rate, 0, Number.POSITIVE_INFINITY, "the rate");
  if (options.wiring && !options.driven) {
    throw new WbeError("ARGUMENT", "expected the driven neurons of a wiring of your own, found none", {
      remedy: "Name them by index, such as those of the sugar-sensing neurons.",
    });
  }
  const wiring = options.wiring ?? flyLikeWiring({ seed });
  const driven = options.driven ?? strongSenders(wiring);
  for (const i of [...driven, ...silenced]) {
    if (Number.isInteger(i) && i >= 0 && i < wiring.nNeurons) continue;
    throw new WbeError("ARGUMENT", `expected neuron indices from 0 to ${wiring.nNeurons - 1}, found ${i}`);
  }
  // The published program gives driven neurons a refractory period of 0. What arrives in the step of their own spike is lost
  // there all the same: one step here.
  const tRef = new Float64Array(wiring.nNeurons).fill(flyNeuron.params.tRef[0]);
  for (const i of driven) tRef[i] = dt;
  return {
    version: 1,
    name: `fly brain, ${wiring.nNeurons} neurons, ${wiring.source.length} connections (Shiu et al. 2024)`,
    seed,
    dt,
    duration,
    populations: [
      { name: "brain", model: flyNeuron, size: wiring.nNeurons, params: { tRef: { values: tRef } }, method },
    ],
    projections: [
      {
        name: "connections",
        from: "brain",
        to: "brain",
        synapse: flySynapse,
        rule: { kind: "edges", source: wiring.source, target: wiring.target },
        weight: { values: weights(wiring, weight, silenced) },
        delay,
      },
    ],
    stimuli: [{ kind: "poisson", population: "brain", neurons: driven, rate, weight: drive, synapse: "Pulse" }],
    recorders: [{ kind: "spikes" }],
  };
}

/** Neurons that excite, by number of targets; those from the 0.6 % with the most on. */
function strongSenders({ nNeurons, source, synapses }: SignedWiring): number[] {
  const targets = new Uint32Array(nNeurons);
  for (let e = 0; e < source.length; e++) if (synapses[e]! > 0) targets[source[e]!]!++;
  const order = [...targets.keys()].filter((i) => targets[i]! > 0).sort((a, b) => targets[b]! - targets[a]! || a - b);
  const first = Math.floor(0.006 * order.length);
  return order.slice(first, first + nSugar);
}

function weights({ nNeurons, source, synapses }: SignedWiring, weight: number, silenced: readonly number[]) {
  const factor = new Float64Array(nNeurons).fill(weight);
  for (const i of silenced) factor[i] = 0;
  const values = new Float32Array(synapses.length);
  for (let e = 0; e < values.length; e++) values[e] = synapses[e]! * factor[source[e]!]!;
  return values;
}
