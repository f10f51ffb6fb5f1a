/**
 * Edits of connectomes: each returns a new one, and says in its metadata what was done to which.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { formatNeuronID } from "../core/ids.js";
import { Connectome, type NodeColumns, type SynapseColumns, type SynapseTable } from "./columns.js";

/** Neurons by index, id or label, or by a test of their index. */
export type NeuronSelection = readonly (number | string)[] | Uint32Array | ((index: number) => boolean);

/**
 * The selected neurons, in index order, with the synapses among them.
 *
 * @throws WbeError EMPTY_INPUT when nothing is selected, NAME_UNKNOWN or ARGUMENT for a neuron that is not there.
 */
export function subgraph(connectome: Connectome, selection: NeuronSelection): Connectome {
  const kept = select(connectome, selection);
  const members = Uint32Array.from({ length: connectome.nNeurons }, (_, i) => i).filter((i) => kept[i] === 1);
  if (members.length === 0) throw new WbeError("EMPTY_INPUT", "expected at least one neuron to keep, found none");
  const placeOf = new Uint32Array(connectome.nNeurons);
  members.forEach((i, place) => {
    placeOf[i] = place;
  });
  const { source, target } = connectome.synapses;
  const rows = rowsWhere(connectome, (s) => kept[source[s]!] === 1 && kept[target[s]!] === 1);
  const table = pick(connectome.synapses, rows);
  return new Connectome({
    nodes: pickNodes(connectome.nodes, members),
    synapses: { ...table, source: table.source.map((i) => placeOf[i]!), target: table.target.map((i) => placeOf[i]!) },
    synapseTypes: connectome.synapseTypes,
    metadata: edited(connectome, `subgraph of ${members.length} of ${connectome.nNeurons} neurons`),
  });
}

/**
 * The selected neurons stay but lose all their synapses: indices and ids are those of the whole connectome.
 *
 * @throws as `subgraph`.
 */
export function lesion(connectome: Connectome, selection: NeuronSelection): Connectome {
  const lost = select(connectome, selection);
  const { source, target } = connectome.synapses;
  const rows = rowsWhere(connectome, (s) => lost[source[s]!] === 0 && lost[target[s]!] === 0);
  const neurons = lost.reduce((sum, x) => sum + x, 0);
  return withSynapses(
    connectome,
    pick(connectome.synapses, rows),
    `lesion of ${neurons} neurons (${connectome.nSynapses - rows.length} synapses)`,
  );
}

/**
 * One neuron per region (or per name that `groupOf` gives): synapses between two groups of one type become one with the
 * summed weight and the mean delay, the position is the mean. Those inside a group become its self-connection, or are left
 * out. The ids are REG-00000001 …, the label is the group's name; the model is that of the group's first neuron.
 *
 * @throws WbeError ARGUMENT for a list of another length.
 */
export function coarseGrain(
  connectome: Connectome,
  options: { groupOf?: readonly string[]; keepInside?: boolean } = {},
): Connectome {
  const { groupOf = connectome.nodes.regions, keepInside = false } = options;
  const { nodes, synapses } = connectome;
  if (groupOf.length !== connectome.nNeurons) {
    throw new WbeError("ARGUMENT", `expected ${connectome.nNeurons} groups, one per neuron, found ${groupOf.length}`);
  }
  const names = [...new Set(groupOf)];
  const numberOf = new Map(names.map((name, g) => [name, g]));
  const group = Uint32Array.from(groupOf, (name) => numberOf.get(name)!);
  const firstOf = names.map((name) => groupOf.indexOf(name));
  const positions = new Float64Array(3 * names.length);
  const placed = new Float64Array(names.length);
  group.forEach((g, i) => {
    if (Number.isNaN(nodes.positions[3 * i]!)) return;
    placed[g]!++;
    for (let axis = 0; axis < 3; axis++) positions[3 * g + axis]! += nodes.positions[3 * i + axis];
  });
  const joined = joinParallel(
    synapses,
    rowsWhere(connectome, (s) => keepInside || group[synapses.source[s]!] !== group[synapses.target[s]!]),
    (i) => group[i]!,
    names.length,
  );
  return new Connectome({
    nodes: {
      ids: names.map((_, g) => formatNeuronID("REG", g + 1)),
      labels: names,
      types: names.map(() => "region"),
      regions: names.map(() => "REG"),
      models: firstOf.map((i) => nodes.models[i]!),
      positions: Float32Array.from(positions, (sum, k) => sum / placed[Math.floor(k / 3)]!),
      frame: nodes.frame,
      morphologies: names.map(() => null),
    },
    synapses: joined,
    synapseTypes: connectome.synapseTypes,
    metadata: edited(connectome, `coarse-grained from ${connectome.nNeurons} neurons to ${names.length} groups`),
  });
}

/** Synapses of one type between one pair become one, with the summed weight and the mean delay. */
export function joinSynapses(connectome: Connectome): Connectome {
  const all = rowsWhere(connectome, () => true);
  const joined = joinParallel(connectome.synapses, all, (i) => i, connectome.nNeurons);
  return withSynapses(connectome, joined, `${connectome.nSynapses} synapses joined to ${joined.source.length}`);
}

/**
 * Each pair gets, in both directions and for each type, the mean of the summed weights of the two directions (an absent
 * one counts 0) and their mean delay. Synapses of a neuron with itself stay.
 */
export function symmetrise(connectome: Connectome): Connectome {
  const { synapses } = connectome;
  const all = rowsWhere(connectome, () => true);
  const forward = pick(synapses, all);
  const both: SynapseTable = {
    source: Uint32Array.from([...forward.source, ...forward.target]),
    target: Uint32Array.from([...forward.target, ...forward.source]),
    weight: Float64Array.from([...forward.weight, ...forward.weight], (w) => w / 2),
    delay: Float32Array.from([...forward.delay, ...forward.delay]),
    type: Uint8Array.from([...forward.type, ...forward.type]),
  };
  const rows = Uint32Array.from({ length: 2 * all.length }, (_, s) => s);
  return withSynapses(
    connectome,
    joinParallel(both, rows, (i) => i, connectome.nNeurons),
    "symmetrised, (W + Wᵀ)/2",
  );
}

/**
 * Two connectomes side by side: the neurons of the second after those of the first, no synapses between them (add those
 * with `addSynapses`).
 *
 * @throws WbeError NAME_CLASH for an id in both, FRAME_MISMATCH for positions in different frames.
 */
export function merge(first: Connectome, second: Connectome): Connectome {
  if (first.nodes.frame !== second.nodes.frame) {
    throw new WbeError(
      "FRAME_MISMATCH",
      `expected positions in one frame, found "${first.nodes.frame}" and "${second.nodes.frame}"`,
    );
  }
  const n = first.nNeurons;
  const synapseTypes = [...new Set([...first.synapseTypes, ...second.synapseTypes])];
  const [a, b] = [first.synapses, second.synapses];
  const typesOf = (of: Connectome) => Array.from(of.synapses.type, (t) => synapseTypes.indexOf(of.synapseTypes[t]!));
  const list = (name: "labels" | "types" | "regions" | "models") => [...first.nodes[name], ...second.nodes[name]];
  return new Connectome({
    nodes: {
      ids: [...first.nodes.ids, ...second.nodes.ids],
      labels: list("labels"),
      types: list("types"),
      regions: list("regions"),
      models: list("models"),
      positions: Float32Array.from([...first.nodes.positions, ...second.nodes.positions]),
      frame: first.nodes.frame,
      morphologies: [...first.nodes.morphologies, ...second.nodes.morphologies],
    },
    synapses: {
      source: Uint32Array.from([...a.source, ...b.source.map((i) => i + n)]),
      target: Uint32Array.from([...a.target, ...b.target.map((i) => i + n)]),
      weight: Float32Array.from([...a.weight, ...b.weight]),
      delay: Float32Array.from([...a.delay, ...b.delay]),
      type: [...typesOf(first), ...typesOf(second)],
    },
    synapseTypes,
    metadata: {
      name: `${first.metadata.name} + ${second.metadata.name}`,
      source: `merge of (${first.metadata.source}) and (${second.metadata.source})`,
      warnings: [...first.metadata.warnings, ...second.metadata.warnings],
    },
  });
}

/** The connectome with further synapses. @throws WbeError ARGUMENT as the constructor. */
export function addSynapses(connectome: Connectome, added: SynapseTable): Connectome {
  const { synapses } = connectome;
  const joined = (name: keyof SynapseTable) => [...synapses[name], ...Array.from(added[name])];
  return withSynapses(
    connectome,
    {
      source: joined("source"),
      target: joined("target"),
      weight: joined("weight"),
      delay: joined("delay"),
      type: joined("type"),
    },
    `${added.source.length} synapses added`,
  );
}

function select(connectome: Connectome, selection: NeuronSelection): Uint8Array {
  const n = connectome.nNeurons;
  if (typeof selection === "function") return Uint8Array.from({ length: n }, (_, i) => Number(selection(i)));
  const kept = new Uint8Array(n);
  for (const one of selection) {
    const index = typeof one === "string" ? connectome.indexOf(one) : one;
    if (!Number.isInteger(index) || index < 0 || index >= n) {
      throw new WbeError("ARGUMENT", `expected a neuron from 0 to ${n - 1}, found ${index}`);
    }
    kept[index] = 1;
  }
  return kept;
}

function rowsWhere({ nSynapses }: Connectome, keep: (synapse: number) => boolean): Uint32Array {
  const rows = new Uint32Array(nSynapses);
  let count = 0;
  for (let s = 0; s < nSynapses; s++) if (keep(s)) rows[count++] = s;
  return rows.slice(0, count);
}

function pick({ source, target, weight, delay, type }: SynapseColumns, rows: Uint32Array) {
  return {
    source: rows.map((s) => source[s]!),
    target: rows.map((s) => target[s]!),
    weight: Float32Array.from(rows, (s) => weight[s]!),
    delay: Float32Array.from(rows, (s) => delay[s]!),
    type: Uint8Array.from(rows, (s) => type[s]!),
  };
}

function pickNodes(nodes: NodeColumns, members: Uint32Array): NodeColumns {
  const list = <T>(values: readonly T[]) => Array.from(members, (i) => values[i]!);
  return {
    ids: list(nodes.ids),
    labels: list(nodes.labels),
    types: list(nodes.types),
    regions: list(nodes.regions),
    models: list(nodes.models),
    positions: Float32Array.from(
      { length: 3 * members.length },
      (_, k) => nodes.positions[3 * members[Math.floor(k / 3)]! + (k % 3)]!,
    ),
    frame: nodes.frame,
    morphologies: list(nodes.morphologies),
  };
}

/** Rows of one (source, target, type) become one; sums in double precision. */
function joinParallel(table: SynapseTable, rows: Uint32Array, nameOf: (neuron: number) => number, n: number) {
  const placeOf = new Map<number, number>();
  const joined = {
    source: [] as number[],
    target: [] as number[],
    weight: [] as number[],
    delay: [] as number[],
    type: [] as number[],
  };
  const count: number[] = [];
  for (const s of rows) {
    const [i, j] = [nameOf(table.source[s]!), nameOf(table.target[s]!)];
    const key = (table.type[s]! * n + i) * n + j;
    let place = placeOf.get(key);
    if (place === undefined) {
      place = count.push(0) - 1;
      placeOf.set(key, place);
      joined.source.push(i);
      joined.target.push(j);
      joined.weight.push(0);
      joined.delay.push(0);
      joined.type.push(table.type[s]!);
    }
    count[place]!++;
    joined.weight[place]! += table.weight[s];
    joined.delay[place]! += table.delay[s];
  }
  count.forEach((k, place) => {
    joined.delay[place]! /= k;
  });
  return joined;
}

function withSynapses(connectome: Connectome, synapses: SynapseTable, what: string): Connectome {
  return new Connectome({
    nodes: connectome.nodes,
    synapses,
    synapseTypes: connectome.synapseTypes,
    metadata: edited(connectome, what),
  });
}

function edited({ metadata }: Connectome, what: string) {
  return { ...metadata, source: `${metadata.source}; ${what}` };
}
