/**
 * The connectome as columns (DESIGN §4): the truth of which all lists, matrices, graphs and files are views.
 *
 * Synapses are sorted by source, then target; equal pairs keep the order in which they were given. Several synapses
 * between one pair are kept, and a weight of zero is not an absent edge. The arrays are read-only by contract.
 *
 * @module
 */
import type { Frame } from "../core/coordinates.js";
import { WbeError } from "../core/errors.js";
import type { NeuronID } from "../core/ids.js";
import type { Morphology } from "../core/morphology.js";

/** The synapse types every builder and loader of wbe uses, in the order of their index. */
export const defaultSynapseTypes: readonly string[] = Object.freeze(["excitatory", "inhibitory", "electrical"]);

/** One row per synapse, sorted by (source, target). */
export interface SynapseColumns {
  readonly source: Uint32Array;
  readonly target: Uint32Array;
  /** nS. The sign of a chemical synapse is told by its type; negative weights are kept for models that use them. */
  readonly weight: Float32Array;
  /** ms; > 0, or 0 for the type "electrical", which acts within the step. */
  readonly delay: Float32Array;
  /** Index into `synapseTypes`. */
  readonly type: Uint8Array;
  /** Length n+1: the synapses of neuron i stand at offsets[i] … offsets[i+1]−1. */
  readonly offsets: Uint32Array;
}

/** One row per neuron. */
export interface NodeColumns {
  readonly ids: readonly NeuronID[];
  /** Name in the source ("AVAL"), or the id again. */
  readonly labels: readonly string[];
  /** Class in the words of the source ("sensory", "excitatory", …); "" when unknown. */
  readonly types: readonly string[];
  readonly regions: readonly string[];
  /** Id of the neuron model that simulates it. */
  readonly models: readonly string[];
  /** um, x y z of each soma in turn; three NaN where the position is unknown. */
  readonly positions: Float32Array;
  /** Frame of the positions. */
  readonly frame: Frame;
  readonly morphologies: readonly (Morphology | null)[];
}

export interface ConnectomeMetadata {
  readonly name: string;
  /** Citation, or what built it with which seed. */
  readonly source: string;
  readonly warnings: readonly string[];
}

/** Synapses in any order, as a builder or a reader has them. Arrays of one length. */
export interface SynapseTable {
  readonly source: ArrayLike<number>;
  readonly target: ArrayLike<number>;
  readonly weight: ArrayLike<number>;
  readonly delay: ArrayLike<number>;
  readonly type: ArrayLike<number>;
}

export interface ConnectomeInput {
  nodes: NodeColumns;
  synapses: SynapseTable;
  synapseTypes?: readonly string[];
  metadata: ConnectomeMetadata;
}

/**
 * An immutable connectome: node columns, synapse columns, the list of synapse types, and where it comes from.
 *
 * @example
 * const { source, target, offsets } = connectome.synapses;
 */
export class Connectome {
  readonly nodes: NodeColumns;
  readonly synapses: SynapseColumns;
  readonly synapseTypes: readonly string[];
  readonly metadata: ConnectomeMetadata;
  /** id or label → index, made at the first look-up; ids win over labels, earlier labels over later ones. */
  #indexOf: Map<string, number> | null = null;

  /**
   * Checks and sorts. O(neurons + synapses).
   *
   * @throws WbeError ARGUMENT for columns of different lengths, indices outside the list, weights or delays that are
   * not finite, a delay ≤ 0 of a chemical synapse; NAME_CLASH for an id used twice; EMPTY_INPUT without neurons.
   */
  constructor(input: ConnectomeInput) {
    const n = checkNodes(input.nodes);
    const types = checkTypes(input.synapseTypes ?? defaultSynapseTypes);
    checkSynapses(input.synapses, n, types);
    this.nodes = Object.freeze({ ...input.nodes });
    this.synapseTypes = Object.freeze([...types]);
    this.synapses = Object.freeze(sortSynapses(input.synapses, n));
    this.metadata = Object.freeze({ ...input.metadata, warnings: Object.freeze([...input.metadata.warnings]) });
    Object.freeze(this);
  }

  get nNeurons(): number {
    return this.nodes.ids.length;
  }

  get nSynapses(): number {
    return this.synapses.source.length;
  }

  /**
   * Index of a synapse type.
   *
   * @throws WbeError NAME_UNKNOWN for a type that this connectome does not list.
   */
  typeIndex(name: string): number {
    const index = this.synapseTypes.indexOf(name);
    if (index >= 0) return index;
    throw new WbeError("NAME_UNKNOWN", `no synapse type "${name}" in connectome "${this.metadata.name}"`, {
      remedy: `It has ${this.synapseTypes.join(", ")}.`,
    });
  }

  /**
   * Index of the neuron with this id or label.
   *
   * @throws WbeError NAME_UNKNOWN when no neuron has it.
   */
  indexOf(idOrLabel: string): number {
    if (!this.#indexOf) {
      const { ids, labels } = this.nodes;
      this.#indexOf = new Map();
      for (let i = labels.length - 1; i >= 0; i--) this.#indexOf.set(labels[i]!, i);
      ids.forEach((id, i) => {
        this.#indexOf!.set(id, i);
      });
    }
    const index = this.#indexOf.get(idOrLabel) ?? -1;
    if (index >= 0) return index;
    throw new WbeError("NAME_UNKNOWN", `no neuron "${idOrLabel}" in connectome "${this.metadata.name}"`, {
      remedy: `It has ${this.nNeurons} neurons, such as "${this.nodes.labels[0]}".`,
    });
  }

  /** The same neurons with only the synapses of the named types (all chemical ones: "excitatory", "inhibitory"). */
  ofTypes(...names: string[]): Connectome {
    const kept = new Set(names.map((name) => this.typeIndex(name)));
    return this.filterSynapses((synapse) => kept.has(this.synapses.type[synapse]!));
  }

  /** The same neurons with only the synapses for which `keep` is true; `keep` gets the synapse's row number. */
  filterSynapses(keep: (synapse: number) => boolean): Connectome {
    const rows: number[] = [];
    for (let s = 0; s < this.nSynapses; s++) if (keep(s)) rows.push(s);
    const { source, target, weight, delay, type } = this.synapses;
    return new Connectome({
      nodes: this.nodes,
      synapses: {
        source: rows.map((s) => source[s]!),
        target: rows.map((s) => target[s]!),
        weight: rows.map((s) => weight[s]!),
        delay: rows.map((s) => delay[s]!),
        type: rows.map((s) => type[s]!),
      },
      synapseTypes: this.synapseTypes,
      metadata: this.metadata,
    });
  }
}

function checkNodes(nodes: NodeColumns): number {
  const n = nodes.ids.length;
  if (n === 0) {
    throw new WbeError("EMPTY_INPUT", "expected at least one neuron, found none", { where: "connectome nodes" });
  }
  for (const name of ["labels", "types", "regions", "models", "morphologies"] as const) {
    checkLength(nodes[name].length, n, `node column "${name}"`);
  }
  checkLength(nodes.positions.length, 3 * n, 'node column "positions"');
  const seen = new Map<string, number>();
  nodes.ids.forEach((id, i) => {
    const other = seen.get(id);
    if (other !== undefined) {
      throw new WbeError("NAME_CLASH", `expected one neuron per id, found "${id}" at neurons ${other} and ${i}`);
    }
    seen.set(id, i);
  });
  for (let i = 0; i < n; i++) {
    const xyz = nodes.positions.subarray(3 * i, 3 * i + 3);
    if (!xyz.every(Number.isFinite) && !xyz.every(Number.isNaN)) {
      throw new WbeError("ARGUMENT", `expected a finite position in um or three NaN, found ${xyz.join(", ")}`, {
        where: `neuron ${i} (${nodes.ids[i]})`,
      });
    }
  }
  return n;
}

function checkTypes(types: readonly string[]): readonly string[] {
  if (types.length === 0 || types.length > 256) {
    throw new WbeError("ARGUMENT", `expected 1 to 256 synapse types, found ${types.length}`);
  }
  const clash = types.find((name, i) => types.indexOf(name) !== i);
  if (clash !== undefined) throw new WbeError("NAME_CLASH", `synapse type "${clash}" is listed twice`);
  return types;
}

function checkLength(found: number, expected: number, what: string): void {
  if (found !== expected) {
    throw new WbeError("ARGUMENT", `expected ${expected} entries in ${what}, found ${found}`);
  }
}

function checkSynapses(table: SynapseTable, n: number, types: readonly string[]): void {
  const count = table.source.length;
  for (const name of ["target", "weight", "delay", "type"] as const) {
    checkLength(table[name].length, count, `synapse column "${name}" (as in "source")`);
  }
  for (let s = 0; s < count; s++) {
    for (const end of ["source", "target"] as const) {
      const index = table[end][s]!;
      if (!Number.isInteger(index) || index < 0 || index >= n) {
        refuse(s, `expected a ${end} from 0 to ${n - 1}, found ${index}`);
      }
    }
    const weight = table.weight[s]!;
    if (!Number.isFinite(Math.fround(weight))) refuse(s, `expected a finite weight in nS, found ${weight}`);
    const type = table.type[s]!;
    if (!Number.isInteger(type) || type < 0 || type >= types.length) {
      refuse(s, `expected a type index from 0 to ${types.length - 1}, found ${type}`);
    }
    const delay = Math.fround(table.delay[s]!);
    const electrical = types[type] === "electrical";
    if (!Number.isFinite(delay) || delay < 0 || (delay === 0 && !electrical)) {
      refuse(s, `expected a finite delay > 0 ms${electrical ? " or 0" : ""}, found ${table.delay[s]}`);
    }
  }
}

function refuse(synapse: number, message: string): never {
  throw new WbeError("ARGUMENT", message, { where: `synapse ${synapse}` });
}

/** Stable sort by (source, target): two counting passes, target first. */
function sortSynapses(table: SynapseTable, n: number): SynapseColumns {
  const count = table.source.length;
  let order: Uint32Array<ArrayBufferLike> = Uint32Array.from({ length: count }, (_, s) => s);
  let offsets: Uint32Array<ArrayBufferLike> = new Uint32Array(n + 1);
  for (const key of [table.target, table.source]) {
    [order, offsets] = countingPass(order, key, n);
  }
  const pick = <A extends Uint32Array | Float32Array | Uint8Array>(out: A, column: ArrayLike<number>): A => {
    for (let s = 0; s < count; s++) out[s] = column[order[s]!]!;
    return out;
  };
  return {
    source: pick(new Uint32Array(count), table.source),
    target: pick(new Uint32Array(count), table.target),
    weight: pick(new Float32Array(count), table.weight),
    delay: pick(new Float32Array(count), table.delay),
    type: pick(new Uint8Array(count), table.type),
    offsets,
  };
}

function countingPass(order: Uint32Array, key: ArrayLike<number>, n: number): [Uint32Array, Uint32Array] {
  const offsets = new Uint32Array(n + 1);
  for (let s = 0; s < order.length; s++) offsets[key[s]! + 1]!++;
  for (let i = 0; i < n; i++) offsets[i + 1]! += offsets[i];
  const next = offsets.slice();
  const sorted = new Uint32Array(order.length);
  for (const s of order) sorted[next[key[s]!]!++] = s;
  return [sorted, offsets];
}
