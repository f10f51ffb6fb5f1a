/**
 * Views of a connectome's columns: node list, sparse matrices, degrees, dense blocks, graphology graph.
 *
 * Three different things are kept apart: the synapses (rows of the columns), the connected pairs (stored entries of
 * the sparse matrices), and the summed weight of a pair, which may be zero although the pair is connected.
 * Row = source, column = target throughout.
 *
 * @module
 */
import type { MultiDirectedGraph } from "graphology";
import { WbeError } from "../core/errors.js";
import type { NeuronID } from "../core/ids.js";
import type { Morphology } from "../core/morphology.js";
import type { Connectome } from "./columns.js";

/** A neuron as an object, for lists and tables; not used in loops over many neurons. */
export interface NodeView {
  readonly index: number;
  readonly id: NeuronID;
  readonly label: string;
  readonly type: string;
  readonly region: string;
  readonly model: string;
  /** um, or null when unknown. */
  readonly position: readonly [number, number, number] | null;
  readonly morphology: Morphology | null;
}

/** The neurons as a list of objects, in index order. */
export function listNodes(connectome: Connectome): NodeView[] {
  const { ids, labels, types, regions, models, positions, morphologies } = connectome.nodes;
  return ids.map((id, index) => {
    const [x, y, z] = positions.subarray(3 * index, 3 * index + 3);
    return {
      index,
      id,
      label: labels[index]!,
      type: types[index]!,
      region: regions[index]!,
      model: models[index]!,
      position: Number.isNaN(x) ? null : [x!, y!, z!],
      morphology: morphologies[index]!,
    };
  });
}

/** Compressed sparse rows in canonical form: columns ascending in each row, no pair twice. */
export interface CsrMatrix<A extends Float64Array | Uint32Array> {
  readonly nRows: number;
  readonly nColumns: number;
  /** Length nRows+1. */
  readonly rowOffsets: Uint32Array;
  readonly columns: Uint32Array;
  /** One per connected pair. An entry may hold the value 0. */
  readonly values: A;
}

/** Sum of the weights (nS) of all synapses of each connected pair; the sum is taken in double precision, in order. */
export function weightMatrix(connectome: Connectome): CsrMatrix<Float64Array> {
  const { weight } = connectome.synapses;
  return foldPairs(
    connectome,
    (n) => new Float64Array(n),
    (s) => weight[s]!,
  );
}

/** Number of synapses of each connected pair. */
export function synapseCountMatrix(connectome: Connectome): CsrMatrix<Uint32Array> {
  return foldPairs(
    connectome,
    (n) => new Uint32Array(n),
    () => 1,
  );
}

/** Relies on the sort order of the columns: synapses of one pair stand next to each other. */
function foldPairs<A extends Float64Array | Uint32Array>(
  connectome: Connectome,
  make: (length: number) => A,
  valueAt: (synapse: number) => number,
): CsrMatrix<A> {
  const n = connectome.nNeurons;
  const { target, offsets } = connectome.synapses;
  const rowOffsets = new Uint32Array(n + 1);
  const isNewPair = (s: number, row: number) => s === offsets[row] || target[s] !== target[s - 1];
  for (let row = 0; row < n; row++) {
    let pairs = rowOffsets[row]!;
    for (let s = offsets[row]!; s < offsets[row + 1]!; s++) if (isNewPair(s, row)) pairs++;
    rowOffsets[row + 1] = pairs;
  }
  const columns = new Uint32Array(rowOffsets[n]!);
  const values = make(columns.length);
  let entry = -1;
  for (let row = 0; row < n; row++) {
    for (let s = offsets[row]!; s < offsets[row + 1]!; s++) {
      if (isNewPair(s, row)) columns[++entry] = target[s]!;
      values[entry]! += valueAt(s);
    }
  }
  return { nRows: n, nColumns: n, rowOffsets, columns, values };
}

export interface Degrees {
  /** Number of different neurons that the neuron sends to. A neuron that contacts itself is its own partner. */
  readonly out: Uint32Array;
  /** Number of different neurons that send to the neuron. */
  readonly in: Uint32Array;
}

/** In- and out-degree of each neuron, counted by partners (connected pairs), not by synapses. */
export function partnerDegrees(connectome: Connectome): Degrees {
  const { rowOffsets, columns } = synapseCountMatrix(connectome);
  const degrees = { out: new Uint32Array(connectome.nNeurons), in: new Uint32Array(connectome.nNeurons) };
  for (let row = 0; row < connectome.nNeurons; row++) degrees.out[row] = rowOffsets[row + 1]! - rowOffsets[row]!;
  for (const column of columns) degrees.in[column]!++;
  return degrees;
}

/** In- and out-degree of each neuron, counted by synapses. */
export function synapseDegrees(connectome: Connectome): Degrees {
  const { target, offsets } = connectome.synapses;
  const degrees = { out: new Uint32Array(connectome.nNeurons), in: new Uint32Array(connectome.nNeurons) };
  for (let i = 0; i < connectome.nNeurons; i++) degrees.out[i] = offsets[i + 1]! - offsets[i]!;
  for (const t of target) degrees.in[t]!++;
  return degrees;
}

/** Largest dense block: 2²⁵ entries are 256 MiB of doubles. */
const maxDenseEntries = 2 ** 25;

export interface DenseBlockOptions {
  /** Source neurons by index, in this order; all by default. */
  rows?: ArrayLike<number>;
  /** Target neurons by index, in this order; all by default. */
  columns?: ArrayLike<number>;
  /** Summed weight in nS (default), or number of synapses. */
  of?: "weight" | "count";
}

export interface DenseBlock {
  /** Row-major: entry (r, c) at r · shape[1] + c. 0 where the pair is not connected. */
  readonly data: Float64Array;
  readonly shape: readonly [number, number];
}

/**
 * A dense block of the weight or count matrix.
 *
 * @throws WbeError LIMIT above 2²⁵ entries, with the sizes; ARGUMENT for an index outside the connectome.
 */
export function denseBlock(connectome: Connectome, options: DenseBlockOptions = {}): DenseBlock {
  const n = connectome.nNeurons;
  const nRows = options.rows?.length ?? n;
  const nColumns = options.columns?.length ?? n;
  if (nRows * nColumns > maxDenseEntries) {
    const mebibytes = Math.ceil((nRows * nColumns * 8) / 2 ** 20);
    throw new WbeError(
      "LIMIT",
      `expected a dense block of at most ${maxDenseEntries} entries, found ${nRows} × ${nColumns} = ${nRows * nColumns} (${mebibytes} MiB)`,
      { remedy: "Ask for fewer rows or columns, or use the sparse weightMatrix or synapseCountMatrix." },
    );
  }
  const everyNeuron = Uint32Array.from({ length: n }, (_, i) => i);
  const rows = options.rows ?? everyNeuron;
  const places = placesOf(options.columns ?? everyNeuron, n, "column");
  const matrix = options.of === "count" ? synapseCountMatrix(connectome) : weightMatrix(connectome);
  const data = new Float64Array(nRows * nColumns);
  for (let r = 0; r < nRows; r++) {
    const row = checkIndex(rows[r]!, n, "row");
    for (let entry = matrix.rowOffsets[row]!; entry < matrix.rowOffsets[row + 1]!; entry++) {
      for (const c of places.get(matrix.columns[entry]!) ?? []) data[r * nColumns + c] = matrix.values[entry]!;
    }
  }
  return { data, shape: [nRows, nColumns] };
}

/** Neuron → the places at which it stands in the list; a list may name one neuron more than once. */
function placesOf(list: ArrayLike<number>, n: number, what: string): Map<number, number[]> {
  const places = new Map<number, number[]>();
  for (let place = 0; place < list.length; place++) {
    const index = checkIndex(list[place]!, n, what);
    const known = places.get(index);
    if (known) known.push(place);
    else places.set(index, [place]);
  }
  return places;
}

function checkIndex(index: number, n: number, what: string): number {
  if (Number.isInteger(index) && index >= 0 && index < n) return index;
  throw new WbeError("ARGUMENT", `expected a ${what} index from 0 to ${n - 1}, found ${index}`);
}

/**
 * A graphology graph with one node per neuron (key = id) and one directed edge per synapse (key = row number).
 * graphology is loaded only when this is called.
 */
export async function toGraphology(connectome: Connectome): Promise<MultiDirectedGraph> {
  const { MultiDirectedGraph } = await import("graphology");
  const graph = new MultiDirectedGraph();
  graph.replaceAttributes({ ...connectome.metadata });
  for (const { id, position, morphology, ...node } of listNodes(connectome)) {
    const [x, y, z] = position ?? [];
    graph.addNode(id, { ...node, ...(position ? { x, y, z } : {}), ...(morphology ? { morphology } : {}) });
  }
  const { source, target, weight, delay, type } = connectome.synapses;
  const { ids } = connectome.nodes;
  for (let s = 0; s < connectome.nSynapses; s++) {
    graph.addEdgeWithKey(String(s), ids[source[s]!], ids[target[s]!], {
      weight: weight[s],
      delay: delay[s],
      type: connectome.synapseTypes[type[s]!],
    });
  }
  return graph;
}
