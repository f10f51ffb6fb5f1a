/**
 * Tables of graphs (GraphML, edge lists, matrices, TVB archives) ↔ connectomes.
 *
 * @module
 */
import { requirePositive } from "../core/arguments.js";
import { WbeError } from "../core/errors.js";
import { formatNeuronID } from "../core/ids.js";
import { edgeWeights, fullColumn, type GraphColumn, type GraphData } from "../io/graph-data.js";
import { Connectome, type ConnectomeMetadata, defaultSynapseTypes } from "./columns.js";
import { Graph } from "./graph/graph.js";
import { conductionDelay, defaultConductionVelocity, defaultDelayWithoutPosition } from "./synapse-values.js";

export interface GraphDataOptions {
  /** Id of the neuron model of all nodes. Default "HodgkinHuxley". */
  model?: string;
  /** nS per unit of the attribute "weight". Default 1. */
  weightScale?: number;
  /** um per unit of the attributes x, y and z. Default 1; 1000 for millimetres. */
  positionScale?: number;
  /** um/ms, for delays from tract lengths and distances. */
  conductionVelocity?: number;
  /** Region code of the nodes' ids. Default "NET". */
  region?: string;
  /** Citation and name; the table's name otherwise. */
  metadata?: Partial<ConnectomeMetadata>;
}

/** What formats and tables call a gap junction. */
const electricalNames = new Set(["electrical", "electric", "gapjunction", "gap junction", "gap", "ej", "e"]);

/** Shortest delay of a chemical synapse from a tract length, ms: of no length there is no time to travel. */
const shortestDelay = 0.1;

/**
 * A connectome of a graph's table. Nodes: label = id of the file; attributes type (or class, cell_type), region (as the
 * group name in `types` where there is no type), x, y, z. Edges: weight (1 where none; a negative one makes an inhibitory
 * synapse of its magnitude), type or kind ("electrical" makes a gap junction, "inhibitory" an inhibitory synapse), and the
 * delay: attribute delay (ms), else tract_length (mm) over the velocity, else by distance, else 1 ms. Edges of an
 * undirected graph become two synapses.
 *
 * @throws WbeError ARGUMENT for weights or positions that are not finite, EMPTY_INPUT without nodes.
 */
export function connectomeOfGraph(data: GraphData, options: GraphDataOptions = {}): Connectome {
  const { model = "HodgkinHuxley", weightScale = 1, positionScale = 1, region = "NET" } = options;
  const velocity = requirePositive(options.conductionVelocity ?? defaultConductionVelocity, "the conduction velocity");
  requirePositive(weightScale, "the weight scale");
  const n = data.nodeIds.length;
  const positions = positionsOf(data, positionScale);
  const kinds = textOf(data.edges, ["type", "kind", "synapse_type"], data.source.length);
  const weights = edgeWeights(data);
  const delays = Object.hasOwn(data.edges, "delay") ? data.edges.delay : undefined;
  const tracts = Object.hasOwn(data.edges, "tract_length") ? data.edges.tract_length : undefined;
  const table = {
    source: [] as number[],
    target: [] as number[],
    weight: [] as number[],
    delay: [] as number[],
    type: [] as number[],
  };
  let byDefault = 0;
  const delayOf = (edge: number, i: number, j: number): number => {
    if (delays?.present[edge]) return Number(delays.values[edge]);
    if (tracts?.present[edge]) return Math.max(shortestDelay, (1000 * Number(tracts.values[edge])) / velocity);
    const d = distance(positions, i, j);
    if (!Number.isNaN(d)) return conductionDelay(d, velocity);
    byDefault++;
    return defaultDelayWithoutPosition;
  };
  for (let e = 0; e < data.source.length; e++) {
    const [i, j] = [data.source[e]!, data.target[e]!];
    const kind = kinds[e]!.trim().toLowerCase();
    const isElectrical = electricalNames.has(kind);
    const isInhibitory = weights[e]! < 0 || kind === "inhibitory";
    const type = defaultSynapseTypes.indexOf(isElectrical ? "electrical" : isInhibitory ? "inhibitory" : "excitatory");
    const weight = Math.abs(weights[e]! * weightScale);
    const delay = isElectrical ? 0 : delayOf(e, i, j);
    const add = (from: number, to: number) => {
      table.source.push(from);
      table.target.push(to);
      table.weight.push(weight);
      table.delay.push(delay);
      table.type.push(type);
    };
    add(i, j);
    if (!data.directed && i !== j) add(j, i);
  }
  const warnings = [...data.warnings, ...(options.metadata?.warnings ?? [])];
  if (byDefault > 0) {
    warnings.push(`${byDefault} edges without delay, tract length or positions got ${defaultDelayWithoutPosition} ms`);
  }
  return new Connectome({
    nodes: {
      ids: data.nodeIds.map((_, i) => formatNeuronID(region, i + 1)),
      labels: data.nodeIds,
      types: textOf(data.nodes, ["type", "class", "cell_type", "region"], n),
      regions: data.nodeIds.map(() => region),
      models: data.nodeIds.map(() => model),
      positions,
      frame: "scanner",
      morphologies: data.nodeIds.map(() => null),
    },
    synapses: table,
    metadata: {
      name: options.metadata?.name ?? data.name,
      source: options.metadata?.source ?? `file "${data.name}"`,
      warnings,
    },
  });
}

/** The table of a connectome: one edge per synapse with weight (nS), delay (ms) and type. For `wbe convert` and the like. */
export function graphDataOf(connectome: Connectome): GraphData {
  const { nodes, synapses, synapseTypes, metadata } = connectome;
  const { positions } = nodes;
  const placed = Uint8Array.from(nodes.ids, (_, i) => Number(!Number.isNaN(positions[3 * i]!)));
  const axis = (a: number): GraphColumn => ({
    type: "double",
    values: Float64Array.from(nodes.ids, (_, i) => positions[3 * i + a]!),
    present: placed,
  });
  // A label that two neurons share is no name.
  const areUnique = new Set(nodes.labels).size === nodes.labels.length;
  return {
    name: metadata.name,
    directed: true,
    nodeIds: areUnique ? nodes.labels : nodes.ids,
    nodes: {
      id: fullColumn("string", nodes.ids),
      type: fullColumn("string", nodes.types),
      region: fullColumn("string", nodes.regions),
      model: fullColumn("string", nodes.models),
      ...(placed.includes(1) ? { x: axis(0), y: axis(1), z: axis(2) } : {}),
    },
    source: synapses.source.slice(),
    target: synapses.target.slice(),
    edges: {
      weight: fullColumn("double", Float64Array.from(synapses.weight)),
      delay: fullColumn("double", Float64Array.from(synapses.delay)),
      type: fullColumn(
        "string",
        Array.from(synapses.type, (t) => synapseTypes[t]!),
      ),
    },
    warnings: [...metadata.warnings],
  };
}

/** The graph of a table, for measures: edges as they are, parallel ones summed. */
export function graphOfData(data: GraphData): Graph {
  const { source, target, directed } = data;
  return Graph.fromEdges({ nNodes: data.nodeIds.length, source, target, weight: edgeWeights(data), directed });
}

function textOf(columns: GraphData["nodes"], names: readonly string[], length: number): string[] {
  const name = names.find((one) => Object.hasOwn(columns, one) && columns[one]!.type === "string");
  const column = name === undefined ? undefined : columns[name];
  return Array.from({ length }, (_, i) => (column?.present[i] ? String(column.values[i]) : ""));
}

function positionsOf({ nodeIds, nodes }: GraphData, scale: number): Float32Array {
  const positions = new Float32Array(3 * nodeIds.length).fill(Number.NaN);
  const axes = ["x", "y", "z"].map((name) => (Object.hasOwn(nodes, name) ? nodes[name] : undefined));
  if (axes.some((column) => !column)) return positions;
  for (let i = 0; i < nodeIds.length; i++) {
    if (axes.some((column) => !column!.present[i])) continue;
    const point = axes.map((column) => Number(column!.values[i]) * scale);
    if (!point.every(Number.isFinite)) {
      throw new WbeError("ARGUMENT", `expected finite x, y and z, found ${point.join(", ")}`, {
        where: `node "${nodeIds[i]}"`,
      });
    }
    positions.set(point, 3 * i);
  }
  return positions;
}

function distance(positions: Float32Array, i: number, j: number): number {
  const dx = positions[3 * i]! - positions[3 * j]!;
  const dy = positions[3 * i + 1]! - positions[3 * j + 1]!;
  const dz = positions[3 * i + 2]! - positions[3 * j + 2]!;
  return Math.sqrt(dx * dx + dy * dy + dz * dz);
}
