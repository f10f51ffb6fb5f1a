/**
 * Connectome → network description: one population per neuron model, one projection per synapse type and pair of
 * populations.
 *
 * What a connectome does not say is chosen here, openly: excitatory synapses are exponential conductances with
 * tau 5 ms and Erev 0 mV, inhibitory ones with tau 10 ms and Erev −80 mV (Brette et al. 2007, J Comput Neurosci
 * 23:349, COBAHH); and because a network of resting neurons stays silent, every neuron receives Poisson spikes
 * (`defaultBackground`) unless `stimuli` is given.
 *
 * @module
 */

import type { Connectome } from "../connectome/columns.js";
import { WbeError } from "../core/errors.js";
import type { SimulationConfig } from "./config.js";
import type {
  DistTable,
  NetworkDescription,
  ProjectionSpec,
  Quantity,
  RecorderSpec,
  StimulusSpec,
} from "./description.js";

export interface ConnectomeNetworkOptions {
  connectome: Connectome;
  config: SimulationConfig;
  /** Instead of the default background; [] for none. Populations are named after models, or "neurons" if there is one. */
  stimuli?: StimulusSpec[];
  /** Instead of all spikes, and V of all neurons every ms. */
  recorders?: RecorderSpec[];
  /** Parameters by neuron model, where they differ from the models' defaults. */
  params?: Partial<Record<string, DistTable>>;
  /** Synapse model by synapse type. */
  synapses?: Partial<Record<string, { model: string; params?: Record<string, Quantity> }>>;
}

/** Independent Poisson spikes to each neuron, as from ten excitatory neurons at 5 Hz: rate in Hz, weight in nS. */
export const defaultBackground = { rate: 50, weight: 6 } as const;

const defaultSynapses: NonNullable<ConnectomeNetworkOptions["synapses"]> = {
  excitatory: { model: "ExpConductance", params: { tau: 5, Erev: 0 } },
  inhibitory: { model: "ExpConductance", params: { tau: 10, Erev: -80 } },
  electrical: { model: "GapJunction" },
};

/** Neurons of one model, as a population: `members` are indices in the connectome, ascending. */
interface Group {
  readonly name: string;
  readonly model: string;
  readonly members: number[];
}

export interface ConnectomeNetwork {
  readonly description: NetworkDescription;
  /** What was chosen because the caller did not. */
  readonly warnings: readonly string[];
}

/** @throws WbeError NAME_UNKNOWN for a synapse type without a model. */
export function describeConnectome(options: ConnectomeNetworkOptions): ConnectomeNetwork {
  const { connectome, config } = options;
  const groups = groupByModel(connectome);
  const warnings: string[] = [];
  const background = (population: string): StimulusSpec => ({
    kind: "poisson",
    population,
    rate: defaultBackground.rate,
    weight: defaultBackground.weight,
    synapse: "ExpConductance",
    params: defaultSynapses.excitatory!.params,
  });
  const description: NetworkDescription = {
    version: 1,
    name: connectome.metadata.name,
    seed: config.seed,
    dt: config.dt,
    duration: config.duration,
    populations: groups.map(({ name, model, members }) => ({
      name,
      model,
      size: members.length,
      method: config.method,
      params: options.params?.[model],
      positions: readPositions(connectome, members),
    })),
    projections: describeProjections(options, groups),
    stimuli: options.stimuli ?? groups.map(({ name }) => background(name)),
    recorders: options.recorders ?? [
      { kind: "spikes" },
      ...groups.map(({ name }): RecorderSpec => ({ kind: "state", population: name, variable: "V", every: 1 })),
    ],
  };
  if (!options.stimuli) {
    warnings.push(
      `no stimuli were given: every neuron receives Poisson spikes at ${defaultBackground.rate} Hz with ${defaultBackground.weight} nS`,
    );
  }
  return { description, warnings };
}

function groupByModel({ nodes }: Connectome): Group[] {
  const groups = new Map<string, number[]>();
  nodes.models.forEach((model, i) => {
    const members = groups.get(model) ?? [];
    members.push(i);
    groups.set(model, members);
  });
  return [...groups].map(([model, members]) => ({ name: groups.size === 1 ? "neurons" : model, model, members }));
}

function readPositions({ nodes }: Connectome, members: readonly number[]): Float32Array | undefined {
  const positions = new Float32Array(3 * members.length);
  members.forEach((i, k) => {
    positions.set(nodes.positions.subarray(3 * i, 3 * i + 3), 3 * k);
  });
  return positions.every(Number.isFinite) ? positions : undefined;
}

function describeProjections(
  { connectome, synapses = {} }: ConnectomeNetworkOptions,
  groups: readonly Group[],
): ProjectionSpec[] {
  const { source, target, weight, delay, type } = connectome.synapses;
  const groupOf = new Uint32Array(connectome.nNeurons);
  const indexIn = new Uint32Array(connectome.nNeurons);
  groups.forEach(({ members }, g) => {
    members.forEach((i, k) => {
      groupOf[i] = g;
      indexIn[i] = k;
    });
  });
  const projections: ProjectionSpec[] = [];
  connectome.synapseTypes.forEach((typeName, t) => {
    const chosen = synapses[typeName] ?? defaultSynapses[typeName];
    const count = type.reduce((sum, value) => sum + Number(value === t), 0);
    if (count === 0) return;
    if (!chosen) {
      throw new WbeError("NAME_UNKNOWN", `no synapse model for the ${count} synapses of type "${typeName}"`, {
        where: `connectome "${connectome.metadata.name}"`,
        remedy: `Give synapses: { "${typeName}": { model: "ExpConductance", params: … } }.`,
      });
    }
    groups.forEach((from, f) => {
      groups.forEach((to, g) => {
        const rows: number[] = [];
        for (let s = 0; s < source.length; s++) {
          if (type[s] === t && groupOf[source[s]!] === f && groupOf[target[s]!] === g) rows.push(s);
        }
        if (rows.length === 0) return;
        projections.push({
          name: groups.length === 1 ? typeName : `${typeName} ${from.name}→${to.name}`,
          from: from.name,
          to: to.name,
          synapse: chosen.model,
          params: chosen.params,
          rule: {
            kind: "edges",
            source: Uint32Array.from(rows, (s) => indexIn[source[s]!]!),
            target: Uint32Array.from(rows, (s) => indexIn[target[s]!]!),
          },
          weight: { values: Array.from(rows, (s) => weight[s]!) },
          delay: { values: Array.from(rows, (s) => delay[s]!) },
        });
      });
    });
  });
  return projections;
}
