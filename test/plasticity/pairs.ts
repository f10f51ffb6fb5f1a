/**
 * Populations whose spikes are given, joined by plastic synapses, and the same synapses integrated by brute force: one
 * step at a time, traces decaying in every step, events as they reach the synapse.
 */
import { exp } from "../../src/core/math.js";
import type { PlasticitySpec, PopulationSpec, StimulusSpec } from "../../src/simulation/index.js";
import { SimulationEngine } from "../../src/simulation/index.js";

export const dt = 0.1;

export interface Synapse {
  readonly source: number;
  readonly target: number;
  /** Steps. */
  readonly delay: number;
  readonly weight: number;
}

export interface PairNetwork {
  /** Steps of the spikes of each neuron, ascending, each at least 1. */
  readonly pre: readonly (readonly number[])[];
  readonly post: readonly (readonly number[])[];
  readonly synapses: readonly Synapse[];
  readonly axonalFraction: number;
  readonly plasticity: PlasticitySpec[];
  /** Which population is declared first. */
  readonly postFirst?: boolean;
  /** Steps of the spikes of a population "modulator". */
  readonly modulator?: readonly number[];
  readonly threads?: number;
}

/**
 * Neurons that fire at the given steps and at no other: a pulse far above threshold reaches them one step before each, and
 * their capacitance is too large for synaptic currents to matter.
 */
export async function createPairs(given: PairNetwork): Promise<SimulationEngine> {
  const populations: PopulationSpec[] = [];
  const stimuli: StimulusSpec[] = [];
  const add = (name: string, trains: readonly (readonly number[])[]): void => {
    populations.push({ name, model: "LIF", size: trains.length, params: { tRef: 0, C: 1e9, gL: 5e7 } });
    trains.forEach((steps, neuron) => {
      const times = steps.map((step) => (step - 1) * dt);
      stimuli.push({ kind: "spikes", population: name, neurons: [neuron], times, weight: 1000, synapse: "Pulse" });
    });
  };
  const sides = [() => add("pre", given.pre), () => add("post", given.post)];
  for (const side of given.postFirst ? sides.reverse() : sides) side();
  if (given.modulator) add("modulator", [given.modulator]);
  const { synapses, axonalFraction, plasticity } = given;
  return SimulationEngine.fromDescription(
    {
      version: 1,
      seed: 0,
      dt,
      duration: 0,
      populations,
      projections: [
        {
          name: "plastic",
          from: "pre",
          to: "post",
          synapse: "ExpCurrent",
          params: { tau: 2 },
          rule: { kind: "edges", source: synapses.map((s) => s.source), target: synapses.map((s) => s.target) },
          weight: { values: synapses.map((s) => s.weight) },
          delay: { values: synapses.map((s) => s.delay * dt) },
          axonalFraction,
          plasticity,
        },
      ],
      stimuli,
      recorders: [{ kind: "spikes" }, { kind: "state", population: "post", variable: "ExpCurrent.i" }],
    },
    { threads: given.threads ?? 1 },
  );
}

/** Weights in the order of the given synapses; the engine keeps rows by source, each in the given order. */
export function weightsOf(engine: SimulationEngine, synapses: readonly Synapse[]): number[] {
  const { data } = engine.weights("plastic");
  // Rows by source, then target; equal pairs in the order given.
  const order = synapses
    .map((_, k) => k)
    .sort((a, b) => synapses[a]!.source - synapses[b]!.source || synapses[a]!.target - synapses[b]!.target || a - b);
  const weights: number[] = [];
  order.forEach((k, place) => {
    weights[k] = data[place]!;
  });
  return weights;
}

export function splitDelay(delay: number, axonalFraction: number): { axon: number; dendrite: number } {
  const axon = Math.round(delay * axonalFraction);
  return { axon, dendrite: delay - axon };
}

/** A rule stated directly: traces by time constant, and the two events. */
export interface DirectRule {
  readonly tauPre: readonly number[];
  readonly tauPost: readonly number[];
  readonly onPre: (w: number, x: readonly number[], y: readonly number[]) => number;
  readonly onPost: (w: number, x: readonly number[], y: readonly number[]) => number;
}

export function pairRule(
  p: { [name in "APlus" | "AMinus" | "tauPlus" | "tauMinus" | "wMin" | "wMax"]: number },
): DirectRule {
  return {
    tauPre: [p.tauPlus],
    tauPost: [p.tauMinus],
    onPre: (w, _x, [y]) => Math.max(w - p.AMinus * p.wMax * y!, p.wMin),
    onPost: (w, [x]) => Math.min(w + p.APlus * p.wMax * x!, p.wMax),
  };
}

/**
 * One synapse up to and including step `end` of its own time. Coincident events do not see each other; the postsynaptic
 * one changes the weight first.
 *
 * @returns the weight at the end, and after each presynaptic event: what that spike carries on.
 */
export function integrate(
  rules: readonly DirectRule[],
  start: number,
  pre: readonly number[],
  post: readonly number[],
  { axon, dendrite }: { axon: number; dendrite: number },
  end: number,
): { weight: number; sent: number[] } {
  const preAt = new Set(pre.map((s) => s + axon));
  const postAt = new Set(post.map((s) => s + dendrite));
  const traces = rules.map(({ tauPre, tauPost }) => ({ x: tauPre.map(() => 0), y: tauPost.map(() => 0) }));
  const sent: number[] = [];
  let weight = start;
  for (let step = 1; step <= end; step++) {
    rules.forEach(({ tauPre, tauPost }, r) => {
      const { x, y } = traces[r]!;
      tauPre.forEach((tau, t) => {
        x[t]! *= exp(-dt / tau);
      });
      tauPost.forEach((tau, t) => {
        y[t]! *= exp(-dt / tau);
      });
    });
    const [arrivesPre, arrivesPost] = [preAt.has(step), postAt.has(step)];
    const before = traces.map(({ x, y }) => ({ x: [...x], y: [...y] }));
    rules.forEach(({ onPost }, r) => {
      if (arrivesPost) weight = onPost(weight, before[r]!.x, before[r]!.y);
    });
    rules.forEach(({ onPre }, r) => {
      if (arrivesPre) weight = onPre(weight, before[r]!.x, before[r]!.y);
    });
    if (arrivesPre) sent.push(weight);
    for (const { x, y } of traces) {
      if (arrivesPre) for (let t = 0; t < x.length; t++) x[t]!++;
      if (arrivesPost) for (let t = 0; t < y.length; t++) y[t]!++;
    }
  }
  return { weight, sent };
}
