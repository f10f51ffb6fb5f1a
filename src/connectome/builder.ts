/**
 * ConnectomeBuilder: neurons and connection rules in, immutable columns out.
 *
 * @module
 */
import { requireInteger, requireWithin } from "../core/arguments.js";
import type { Frame } from "../core/coordinates.js";
import { WbeError } from "../core/errors.js";
import { RandomStream } from "../core/random.js";
import { Stream } from "../core/streams.js";
import type {
  ConnectomeBuilderOptions,
  DaleOptions,
  DaleType,
  DistanceRuleOptions,
  FixedDegreeOptions,
  FixedTotalOptions,
  NodeSelection,
  RuleOptions,
  SynapseOptions,
} from "./builder-options.js";
import { Connectome } from "./columns.js";
import type { Graph } from "./graph/graph.js";
import { assignIds, type IdentifiedNode, type NeuronNode } from "./node.js";
import type { Candidates, Pairs } from "./rules.js";
import { allToAll, fixedDegree, fixedTotal, oneToOne, pairsOfGraph, pairwiseBernoulli } from "./rules.js";
import { SynapseList } from "./synapse-list.js";
import { defaultConductionVelocity, defaultDelayWithoutPosition } from "./synapse-values.js";

const unknownPosition: readonly [number, number, number] = [Number.NaN, Number.NaN, Number.NaN];

/** Steps of the weight and delay streams from here on belong to single connections; below, to rules. */
const firstConnectionStep = 65536;

/**
 * Builds a connectome from neurons and rules. Rules act at once, on the neurons added so far, and impossible requests
 * are refused at the call; Dale's law and defaults that depend on it are settled in `build`.
 *
 * @example
 * const connectome = new ConnectomeBuilder({ seed: 42 })
 *   .addNeurons(morphologies.map((m) => NeuronNode.fromMorphology(m)))
 *   .applyDistanceDependentRule((d) => 0.3 * Math.exp(-d / 100))
 *   .applyDalesLaw()
 *   .build();
 */
export class ConnectomeBuilder {
  readonly #seed: number;
  readonly #name: string;
  readonly #period: readonly [number, number, number] | undefined;
  readonly #nodes: IdentifiedNode[] = [];
  #frame: Frame | null = null;
  readonly #indexOf = new Map<string, number>();
  readonly #usedStreams = new Set<number>();
  #nRules = 0;
  #nConnections = 0;
  readonly #synapses: SynapseList;
  #daleTypes: ((index: number) => DaleType) | null = null;

  /** @throws WbeError ARGUMENT for a seed, velocity or period out of range. */
  constructor(options: ConnectomeBuilderOptions) {
    this.#seed = requireInteger(options.seed, 0, 0xffffffff, "a seed", "ConnectomeBuilder");
    this.#name = options.name ?? "connectome";
    const velocity = options.conductionVelocity ?? defaultConductionVelocity;
    requireWithin(velocity, Number.MIN_VALUE, Number.POSITIVE_INFINITY, "the conduction velocity in um/ms");
    this.#synapses = new SynapseList(this.#seed, velocity);
    this.#period = options.period;
    for (const length of options.period ?? []) {
      if (!(length > 0)) throw new WbeError("ARGUMENT", `expected periods > 0 um, found ${length}`);
    }
  }

  /**
   * Adds neurons after those already there. A neuron without id gets the next free number of its region.
   *
   * @throws WbeError EMPTY_INPUT for an empty list, NAME_CLASH for an id used twice, FRAME_MISMATCH for positions in
   * different frames.
   */
  addNeurons(nodes: readonly NeuronNode[]): this {
    if (nodes.length === 0) {
      throw new WbeError("EMPTY_INPUT", "expected at least one neuron to add, found none", {
        remedy: "Check that segmentation and extraction found neurons.",
      });
    }
    for (const node of assignIds(nodes, this.#indexOf)) {
      this.#checkFrame(node);
      this.#indexOf.set(node.id, this.#nodes.length);
      this.#nodes.push(node);
    }
    return this;
  }

  /**
   * One synapse (for "electrical": one gap junction, both directions). Neurons by index, id or label.
   *
   * @throws WbeError NAME_UNKNOWN or ARGUMENT for a neuron that is not there, or a weight or delay out of range.
   */
  connect(source: number | string, target: number | string, options: SynapseOptions = {}): this {
    const pair = { source: [this.#find(source)], target: [this.#find(target)] };
    this.#addSynapses(pair, options, firstConnectionStep + this.#nConnections++, "connect");
    return this;
  }

  /**
   * Connects each pair with a probability that depends on the distance of the two somata.
   *
   * @param probability of distance in um; must return 0 … 1. Use exp and the like of core/math.ts where the same
   * pairs are wanted on every JavaScript engine: Math.exp may differ in the last bit, and a pair with it.
   * @throws WbeError ARGUMENT when it does not, or when a selected neuron has no position. O(sources · targets).
   */
  applyDistanceDependentRule(probability: (distance: number) => number, options: DistanceRuleOptions = {}): this {
    const where = "a distance-dependent rule";
    const candidates = this.#candidates(options, where);
    const maxDistance = options.maxDistance ?? Number.POSITIVE_INFINITY;
    if (!(maxDistance >= 0)) {
      throw new WbeError("ARGUMENT", `expected maxDistance ≥ 0 um, found ${maxDistance}`, { where });
    }
    const lost = [...candidates.from, ...candidates.to].find((i) => !this.#nodes[i]!.position);
    if (lost !== undefined) {
      throw new WbeError("ARGUMENT", `expected every neuron of ${where} to have a position, found none`, {
        where: `neuron ${lost} (${this.#nodes[lost]!.id})`,
        remedy: "Give positions, or leave the neuron out of from and to.",
      });
    }
    const ofPair = (source: number, target: number) => {
      const distance = this.#distance(source, target);
      if (distance > maxDistance || (options.mask && !options.mask(...this.#offset(source, target)))) return undefined;
      return requireWithin(probability(distance), 0, 1, `the probability at a distance of ${distance} um`, where);
    };
    return this.#applyBernoulli(candidates, ofPair, options, where);
  }

  /** Connects each pair with probability `p` ("pairwise Bernoulli", Erdős–Rényi). @throws WbeError ARGUMENT outside 0 … 1. */
  applyRandomRule(p: number, options: RuleOptions = {}): this {
    const where = "a random rule";
    requireWithin(p, 0, 1, "a connection probability", where);
    return this.#applyBernoulli(this.#candidates(options, where), () => p, options, where);
  }

  /** Connects the k-th source to the k-th target, in the order of the selections. */
  applyOneToOne(options: RuleOptions = {}): this {
    const where = "a one-to-one rule";
    const from = this.#select(options.from, "from", where);
    const to = this.#select(options.to, "to", where);
    const pairs = oneToOne(from, to, options.allowAutapses ?? false);
    this.#addSynapses(pairs, options, this.#takeStream(options.stream), where);
    return this;
  }

  /** Connects every source to every target. @throws WbeError LIMIT above 2²⁸ pairs. */
  applyAllToAll(options: RuleOptions = {}): this {
    const where = "an all-to-all rule";
    const pairs = allToAll(this.#candidates(options, where));
    this.#addSynapses(pairs, options, this.#takeStream(options.stream), where);
    return this;
  }

  /** Exactly `n` synapses between randomly drawn pairs. @throws WbeError ARGUMENT when there are fewer pairs. */
  applyFixedTotal(n: number, options: FixedTotalOptions = {}): this {
    const where = "a fixed-total rule";
    requireInteger(n, 0, 0xffffffff, "n", where);
    const candidates = this.#directed(options, where);
    const rule = this.#takeStream(options.stream);
    const { allowMultapses = false } = options;
    this.#addSynapses(fixedTotal({ seed: this.#seed, rule }, candidates, { n, allowMultapses }), options, rule, where);
    return this;
  }

  /**
   * One synapse for each edge of a graph (`wattsStrogatz`, `blockModel`, …, or the graph of another connectome): its node k is
   * the k-th neuron of `neurons`, all by default. An undirected edge makes a synapse each way. Weights of edges do not count.
   *
   * @throws WbeError ARGUMENT when the graph has another number of nodes, or a loop without `allowAutapses`.
   */
  applyGraph(graph: Graph, options: Omit<RuleOptions, "from" | "to"> & { neurons?: NodeSelection } = {}): this {
    const where = "a rule by graph";
    const members = this.#select(options.neurons, "neurons", where);
    const pairs = pairsOfGraph(graph, members, {
      allowAutapses: options.allowAutapses ?? false,
      undirected: options.synapse === "electrical",
    });
    this.#addSynapses(pairs, options, this.#takeStream(options.stream), where);
    return this;
  }

  /** Gives each target exactly `k` synapses from randomly drawn sources. @throws WbeError ARGUMENT for too large a k. */
  applyFixedInDegree(k: number, options: FixedDegreeOptions = {}): this {
    return this.#applyFixedDegree(k, "target", options, "a fixed in-degree rule");
  }

  /** Gives each source exactly `k` synapses to randomly drawn targets. @throws WbeError ARGUMENT for too large a k. */
  applyFixedOutDegree(k: number, options: FixedDegreeOptions = {}): this {
    return this.#applyFixedDegree(k, "source", options, "a fixed out-degree rule");
  }

  /**
   * Dale's law: all chemical synapses that a neuron makes get one type, excitatory or inhibitory, whatever type their
   * rule named, and wherever in the chain this call stands. Weights stay non-negative; gap junctions are left alone.
   * A neuron without a class gets the type as its class. The default share is that of neocortex, about one in five
   * (Markram et al. 2004, Nat Rev Neurosci 5:793: 20–30 % interneurons).
   *
   * @throws WbeError ARGUMENT for a fraction outside 0 … 1, a list of the wrong length, or a second call.
   */
  applyDalesLaw(options: DaleOptions = {}): this {
    const where = "applyDalesLaw";
    if (this.#daleTypes) {
      throw new WbeError("ARGUMENT", "expected one call of applyDalesLaw, found a second", { where: this.#name });
    }
    this.#requireNeurons(where);
    const { types, inhibitoryFraction = 0.2 } = options;
    if (types !== undefined && options.inhibitoryFraction !== undefined) {
      throw new WbeError("ARGUMENT", "expected inhibitoryFraction or types, found both", { where });
    }
    if (types === undefined) {
      requireWithin(inhibitoryFraction, 0, 1, "inhibitoryFraction", where);
      this.#daleTypes = this.#drawDaleTypes(inhibitoryFraction);
      return this;
    }
    const typeOf = typeof types === "function" ? types : (_node: NeuronNode, index: number) => types[index]!;
    this.#daleTypes = (index) => {
      const type = typeOf(this.#nodes[index]!, index);
      if (type === "excitatory" || type === "inhibitory") return type;
      throw new WbeError("ARGUMENT", `expected "excitatory" or "inhibitory", found "${String(type)}"`, {
        where: `${where}, neuron ${index} (${this.#nodes[index]!.id})`,
      });
    };
    if (typeof types !== "function" && types.length !== this.#nodes.length) {
      throw new WbeError("ARGUMENT", `expected ${this.#nodes.length} types, one per neuron, found ${types.length}`, {
        where,
      });
    }
    return this;
  }

  /** The connectome as it now stands. @throws WbeError EMPTY_INPUT without neurons, PARAMETER_MISSING for a gap junction without weight. */
  build(): Connectome {
    this.#requireNeurons("build");
    const daleTypes = this.#daleTypes && this.#nodes.map((_, index) => this.#daleTypes!(index));
    const nodes = this.#nodes;
    const { defaultDelays } = this.#synapses;
    const warnings =
      defaultDelays === 0
        ? []
        : [
            `${defaultDelays} synapses between neurons without positions got the default delay of ${defaultDelayWithoutPosition} ms`,
          ];
    return new Connectome({
      nodes: {
        ids: nodes.map((node) => node.id),
        labels: nodes.map((node) => node.label),
        types: nodes.map((node, i) => node.type || (daleTypes?.[i] ?? "")),
        regions: nodes.map((node) => node.region),
        models: nodes.map((node) => node.model),
        positions: Float32Array.from(nodes.flatMap((node) => node.position?.toArray() ?? unknownPosition)),
        frame: this.#frame ?? "scanner",
        morphologies: nodes.map((node) => node.morphology),
      },
      synapses: this.#synapses.finish(daleTypes),
      metadata: { name: this.#name, source: `ConnectomeBuilder, seed ${this.#seed}`, warnings },
    });
  }

  #applyBernoulli(
    candidates: Candidates,
    probability: (source: number, target: number) => number | undefined,
    options: RuleOptions,
    where: string,
  ): this {
    const rule = this.#takeStream(options.stream);
    this.#addSynapses(pairwiseBernoulli({ seed: this.#seed, rule }, candidates, probability), options, rule, where);
    return this;
  }

  #applyFixedDegree(k: number, fixed: "source" | "target", options: FixedDegreeOptions, where: string): this {
    requireInteger(k, 0, 0xffffffff, "k", where);
    const candidates = this.#directed(options, where);
    const rule = this.#takeStream(options.stream);
    const { allowMultapses = false } = options;
    const pairs = fixedDegree({ seed: this.#seed, rule }, candidates, { k, fixed, allowMultapses });
    this.#addSynapses(pairs, options, rule, where);
    return this;
  }

  #addSynapses(pairs: Pairs, options: SynapseOptions, step: number, where: string): void {
    this.#synapses.add(pairs, options, step, {
      where,
      distance: (source, target) => this.#distance(source, target),
      nameOf: (neuron) => this.#nodes[neuron]!.id,
    });
  }

  /** um, soma to soma; NaN when a position is not known. */
  #distance(source: number, target: number): number {
    const a = this.#nodes[source]!.position;
    const b = this.#nodes[target]!.position;
    if (!a || !b) return Number.NaN;
    if (!this.#period) return a.distanceTo(b);
    const [dx, dy, dz] = this.#offset(source, target);
    return Math.sqrt(dx * dx + dy * dy + dz * dz);
  }

  /** From source to target, um, the shorter way round where space is periodic. Both have positions. */
  #offset(source: number, target: number): [number, number, number] {
    const a = this.#nodes[source]!.position!;
    const b = this.#nodes[target]!.position!;
    const apart: [number, number, number] = [b.x - a.x, b.y - a.y, b.z - a.z];
    this.#period?.forEach((length, axis) => {
      if (Number.isFinite(length)) apart[axis]! -= length * Math.round(apart[axis]! / length);
    });
    return apart;
  }

  #checkFrame(node: IdentifiedNode): void {
    if (!node.position) return;
    this.#frame ??= node.position.frame;
    if (node.position.frame === this.#frame) return;
    throw new WbeError("FRAME_MISMATCH", `expected positions in "${this.#frame}", found "${node.position.frame}"`, {
      where: `neuron ${node.id}`,
      remedy: "Bring all neurons into one frame with an AffineTransform first.",
    });
  }

  #drawDaleTypes(fraction: number): (index: number) => DaleType {
    let inhibitory: Set<number> | null = null;
    return (index) => {
      const n = this.#nodes.length;
      inhibitory ??= new Set(new RandomStream(this.#seed, Stream.cellTypes).choose(n, Math.round(fraction * n)));
      return inhibitory.has(index) ? "inhibitory" : "excitatory";
    };
  }

  /** Candidates of a rule that has no undirected form. */
  #directed(options: RuleOptions, where: string): Candidates {
    const candidates = this.#candidates(options, where);
    if (!candidates.undirected) return candidates;
    throw new WbeError("UNSUPPORTED", `${where} makes directed synapses, but gap junctions have no direction`, {
      remedy: "Use the random, distance-dependent, all-to-all or one-to-one rule for electrical synapses.",
    });
  }

  #candidates(options: RuleOptions, where: string): Candidates {
    return {
      from: this.#select(options.from, "from", where).sort(),
      to: this.#select(options.to, "to", where).sort(),
      allowAutapses: options.allowAutapses ?? false,
      undirected: options.synapse === "electrical",
    };
  }

  #select(selection: NodeSelection | undefined, name: string, where: string): Uint32Array {
    this.#requireNeurons(where);
    const indices =
      selection === undefined
        ? this.#nodes.map((_, index) => index)
        : typeof selection === "function"
          ? this.#nodes.flatMap((node, index) => (selection(node, index) ? [index] : []))
          : Array.from<number | string, number>(selection, (neuron) => this.#find(neuron));
    if (indices.length === 0) {
      throw new WbeError("EMPTY_INPUT", `expected at least one neuron in "${name}", found none`, { where });
    }
    const twice = new Set<number>();
    for (const index of indices) {
      if (twice.has(index)) {
        throw new WbeError("ARGUMENT", `neuron ${index} (${this.#nodes[index]!.id}) is listed twice in "${name}"`, {
          where,
        });
      }
      twice.add(index);
    }
    return Uint32Array.from(indices);
  }

  #find(neuron: number | string): number {
    if (typeof neuron === "number") {
      this.#requireNeurons("a connection");
      return requireInteger(neuron, 0, this.#nodes.length - 1, "a neuron index");
    }
    const index = this.#indexOf.get(neuron) ?? this.#nodes.findIndex((node) => node.label === neuron);
    if (index >= 0) return index;
    throw new WbeError("NAME_UNKNOWN", `no neuron "${neuron}" among the ${this.#nodes.length} added so far`);
  }

  #requireNeurons(where: string): void {
    if (this.#nodes.length === 0) {
      throw new WbeError("EMPTY_INPUT", "expected neurons, found none", { where, remedy: "Call addNeurons first." });
    }
  }

  #takeStream(wanted: number | undefined): number {
    const stream = requireInteger(wanted ?? this.#nRules, 0, 65535, "the random stream position of a rule");
    if (this.#usedStreams.has(stream)) {
      throw new WbeError("NAME_CLASH", `random stream position ${stream} is already used by another rule`, {
        remedy: "Give each rule its own stream number; rules without one take the number of rules applied before.",
      });
    }
    this.#usedStreams.add(stream);
    this.#nRules++;
    return stream;
  }
}
