/**
 * Potjans & Diesmann 2014, Cereb Cortex 24:785–806, doi:10.1093/cercor/bhs358: the neurons and synapses under 1 mm² of
 * early sensory cortex, four layers of two populations, 77,169 neurons and 0.3 thousand million synapses. Facts from the
 * paper's tables 1, 4 and 5.
 *
 * @module
 */
import { WbeError } from "../../core/errors.js";
import { log1p } from "../../core/math.js";
import type { NetworkDescription, RuleSpec } from "../../simulation/index.js";
import type { PaperOptions } from "./paper-options.js";

export interface PotjansDiesmann2014Options extends PaperOptions {
  /** Part of the neurons and of each neuron's inputs, 1 for all. 0.1 by default. See `potjansDiesmann2014`. */
  scale?: number;
  /** ms, 0.1 by default. */
  dt?: number;
}

interface Layer {
  readonly name: string;
  readonly neurons: number;
  /** External inputs of a neuron, 8 Hz each. */
  readonly external: number;
  /** Rate at full scale, Hz: one simulation of 10 s and more by the reference implementation. */
  readonly rate: number;
  /** Probability of at least one synapse from each population, in the order of this table. */
  readonly probability: readonly number[];
}

const row = (name: string, neurons: number, external: number, rate: number, ...probability: number[]): Layer => ({
  name,
  neurons,
  external,
  rate,
  probability,
});

/** Rows are targets; the eight probabilities are their sources in the same order. */
export const potjansDiesmannLayers: readonly Layer[] = [
  row("L23E", 20683, 1600, 0.903, 0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0, 0.0076, 0),
  row("L23I", 5834, 1500, 2.965, 0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0, 0.0042, 0),
  row("L4E", 21915, 2100, 4.414, 0.0077, 0.0059, 0.0497, 0.135, 0.0067, 0.0003, 0.0453, 0),
  row("L4I", 5479, 1900, 5.876, 0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0, 0.1057, 0),
  row("L5E", 4850, 2000, 7.569, 0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0),
  row("L5I", 1065, 1900, 8.633, 0.0548, 0.0269, 0.0257, 0.0022, 0.06, 0.3158, 0.0086, 0),
  row("L6E", 14395, 2900, 1.105, 0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252),
  row("L6I", 2948, 2100, 7.829, 0.0364, 0.001, 0.0034, 0.0005, 0.0277, 0.008, 0.0658, 0.1443),
];

/** Neuron and synapse: mV, ms, pF; rate in Hz. */
const cell = { C: 250, tau: 10, tauSyn: 0.5, EL: -65, Vth: -50, Vreset: -65, tRef: 2 };
const peak = 0.15;
const backgroundRate = 8;

/** Current (pA) whose postsynaptic potential peaks at 1 mV. */
const currentPerMillivolt = ((): number => {
  const { C, tau, tauSyn } = cell;
  const ratio = tauSyn / tau;
  const shape = ratio ** (tauSyn / (tau - tauSyn)) - ratio ** (tau / (tau - tauSyn));
  return (C * (tau - tauSyn)) / (tau * tauSyn * shape);
})();

/**
 * The network. With scale s < 1 neurons are s times and inputs of a neuron s times as many. To keep the mean and the
 * variance of every neuron's input, weights grow by 1/√s and a constant current stands for the rest of the mean, computed
 * with the rates at full scale (van Albada, Helias & Diesmann 2015, PLoS Comput Biol 11:e1004490). Correlations
 * between neurons do grow.
 *
 * @throws WbeError ARGUMENT for a scale outside (0, 1].
 */
export function potjansDiesmann2014(options: PotjansDiesmann2014Options = {}): NetworkDescription {
  const { scale = 0.1, dt = 0.1, duration = 1000, seed = 1 } = options;
  if (!(scale > 0 && scale <= 1)) throw new WbeError("ARGUMENT", `expected a scale in (0, 1], found ${scale}`);
  const grow = 1 / Math.sqrt(scale);
  const weight = peak * currentPerMillivolt;
  const synapse = { synapse: "ExpCurrent", params: { tau: cell.tauSyn } };
  const layers = potjansDiesmannLayers;
  return {
    version: 1,
    name: `cortical microcircuit at scale ${scale} (Potjans & Diesmann 2014)`,
    seed,
    dt,
    duration,
    populations: layers.map(({ name, neurons }) => ({
      name,
      model: "LIF",
      size: Math.round(scale * neurons),
      params: {
        C: cell.C,
        gL: cell.C / cell.tau,
        EL: cell.EL,
        Vth: cell.Vth,
        Vreset: cell.Vreset,
        tRef: cell.tRef,
      },
      init: { V: { normal: [-58, 10] } },
    })),
    projections: layers.flatMap((target, to) =>
      layers.flatMap((source, from) => {
        const n = Math.round(scale * scale * synapseCount(to, from));
        if (n === 0) return [];
        const mean = grow * pairWeight(to, from) * weight;
        const sd = 0.1 * Math.abs(mean);
        const [delay, delaySd] = isExcitatory(from) ? [1.5, 0.75] : [0.75, 0.375];
        const rule: RuleSpec = { kind: "fixed-total", n, autapses: true, multapses: true };
        return {
          from: source.name,
          to: target.name,
          ...synapse,
          rule,
          weight: {
            normal: [mean, sd] as const,
            redraw: mean > 0 ? ([0, 20 * mean] as const) : ([20 * mean, 0] as const),
          },
          // As in the reference implementation: 3 % of the delays would round to less than a step and are drawn again.
          delay: { normal: [delay, delaySd] as const, redraw: [dt / 2, 20 * delay] as const },
        };
      }),
    ),
    stimuli: layers.flatMap(({ name, external }, to) => [
      {
        kind: "poisson" as const,
        population: name,
        rate: scale * external * backgroundRate,
        weight: grow * weight,
        ...synapse,
      },
      { kind: "constant" as const, population: name, amplitude: missingCurrent(to, scale, weight) },
    ]),
    recorders: [{ kind: "spikes" }],
  };
}

const isExcitatory = (population: number): boolean => population % 2 === 0;

/** In units of the common weight: inhibition is four times as strong, L4E to L2/3E twice. */
function pairWeight(to: number, from: number): number {
  if (!isExcitatory(from)) return -4;
  return to === 0 && from === 2 ? 2 : 1;
}

/** Synapses between two populations at full scale: K = ln(1 − p)/ln(1 − 1/(N_pre·N_post)). */
function synapseCount(to: number, from: number): number {
  const [target, source] = [potjansDiesmannLayers[to]!, potjansDiesmannLayers[from]!];
  return log1p(-target.probability[from]!) / log1p(-1 / (source.neurons * target.neurons));
}

/** Mean current (pA) that scaling takes from a neuron: of its full input, the part 1 − √s. */
function missingCurrent(to: number, scale: number, weight: number): number {
  const { external, neurons } = potjansDiesmannLayers[to]!;
  const arrivals = potjansDiesmannLayers.map(
    ({ rate }, from) => pairWeight(to, from) * (synapseCount(to, from) / neurons) * rate,
  );
  const total = external * backgroundRate + arrivals.reduce((sum, value) => sum + value, 0);
  return (1 - Math.sqrt(scale)) * (cell.tauSyn / 1000) * weight * total;
}
