/**
 * Transition probability matrices of networks of binary nodes, and the ways to get one: from a matrix in either form,
 * from logic gates, from a rule, and from recorded activity.
 *
 * @module
 */
import { requireInteger, requirePositive, requireWithin } from "../../core/arguments.js";
import { binSpikeData } from "../../core/binning.js";
import { WbeError } from "../../core/errors.js";
import type { SpikeData } from "../../core/spikes.js";

/** Networks larger than this are refused wherever a table of all states is asked for. */
export const maxNodes = 16;

/**
 * What a network of n binary nodes does in one step, state by node: nodes are independent given the state before.
 * States are numbered little-endian: node i is bit i, so that state 1 is "node 0 on, all others off".
 */
export interface TransitionMatrix {
  readonly n: number;
  /** P(node is on one step later | state) at state·n + node. */
  readonly probability: Float64Array;
  /** 1 at from·n + to where the later state of `to` depends on `from`. */
  readonly connectivity: Uint8Array;
  readonly labels: readonly string[];
}

export interface TransitionMatrixOptions {
  /** Names of the nodes; A, B, C … by default. */
  labels?: readonly string[];
  /** "big-endian": node 0 is the highest bit of a state's number. "little-endian" by default. */
  order?: "little-endian" | "big-endian";
}

/**
 * @param rows 2ⁿ rows of n probabilities: row = state, column = node, entry = P(node on one step later).
 * @throws WbeError ARGUMENT for a shape that is no network or an entry outside 0 … 1, naming it.
 */
export function fromStateByNode(
  rows: ArrayLike<ArrayLike<number>>,
  options: TransitionMatrixOptions = {},
): TransitionMatrix {
  const n = nodesOfStates(rows.length);
  const probability = new Float64Array(rows.length * n);
  for (let row = 0; row < rows.length; row++) {
    if (rows[row]!.length !== n) {
      throw new WbeError("ARGUMENT", `expected ${n} nodes in each of ${rows.length} rows, found ${rows[row]!.length}`, {
        where: `row ${row}`,
      });
    }
    const state = littleEndian(row, n, options);
    for (let node = 0; node < n; node++) {
      probability[state * n + node] = requireWithin(
        rows[row]![node]!,
        0,
        1,
        "a probability",
        `row ${row}, node ${node}`,
      );
    }
  }
  return makeTransitionMatrix(n, probability, options.labels);
}

/**
 * @param rows 2ⁿ × 2ⁿ: row = state, column = next state, entry = P(next | state); each row sums to 1 within 1e-9.
 * @throws WbeError ARGUMENT for another shape, a row that is no distribution, or nodes that are not independent given
 * the state before (more than 1e-9 from the product of their marginals): such a matrix is not state-by-node.
 */
export function fromStateByState(
  rows: ArrayLike<ArrayLike<number>>,
  options: TransitionMatrixOptions = {},
): TransitionMatrix {
  const n = nodesOfStates(rows.length);
  const probability = new Float64Array(rows.length * n);
  for (let row = 0; row < rows.length; row++) {
    const state = littleEndian(row, n, options);
    if (rows[row]!.length !== rows.length) {
      throw new WbeError("ARGUMENT", `expected ${rows.length} columns, found ${rows[row]!.length}`, {
        where: `row ${row}`,
      });
    }
    let sum = 0;
    for (let column = 0; column < rows.length; column++) {
      const p = requireWithin(rows[row]![column]!, 0, 1, "a probability", `row ${row}, column ${column}`);
      const next = littleEndian(column, n, options);
      sum += p;
      for (let node = 0; node < n; node++) if ((next >> node) & 1) probability[state * n + node]! += p;
    }
    if (Math.abs(sum - 1) > 1e-9) {
      throw new WbeError("ARGUMENT", `expected the row to sum to 1, found ${sum}`, { where: `row ${row}` });
    }
    for (let node = 0; node < n; node++) probability[state * n + node] = Math.min(1, probability[state * n + node]!);
  }
  const matrix = makeTransitionMatrix(n, probability, options.labels);
  for (let row = 0; row < rows.length; row++) {
    const state = littleEndian(row, n, options);
    for (let column = 0; column < rows.length; column++) {
      const expected = transitionProbability(matrix, state, littleEndian(column, n, options));
      if (Math.abs(expected - rows[row]![column]!) > 1e-9) {
        throw new WbeError(
          "ARGUMENT",
          `expected nodes that are independent given the state before: ${expected}, found ${rows[row]![column]}`,
          {
            where: `row ${row}, column ${column}`,
            remedy:
              "Integrated information is defined for such networks only: take a finer time step, or add the common cause as a node.",
          },
        );
      }
    }
  }
  return matrix;
}

/** P(next | state), the product over nodes. */
export function transitionProbability({ n, probability }: TransitionMatrix, state: number, next: number): number {
  let product = 1;
  for (let node = 0; node < n; node++) {
    const on = probability[state * n + node]!;
    product *= (next >> node) & 1 ? on : 1 - on;
  }
  return product;
}

/** The 2ⁿ × 2ⁿ matrix P(next | state), row-major and little-endian. @throws WbeError LIMIT above 12 nodes (134 MB). */
export function toStateByState(matrix: TransitionMatrix): Float64Array {
  if (matrix.n > 12) throw new WbeError("LIMIT", `expected at most 12 nodes, found ${matrix.n}`);
  const states = 2 ** matrix.n;
  const full = new Float64Array(states * states);
  for (let state = 0; state < states; state++) {
    for (let next = 0; next < states; next++) full[state * states + next] = transitionProbability(matrix, state, next);
  }
  return full;
}

/** A matrix by a rule: P(node on | state) for each node and state (little-endian bits). */
export function fromRule(
  n: number,
  rule: (node: number, state: number) => number,
  labels?: readonly string[],
): TransitionMatrix {
  requireInteger(n, 1, maxNodes, "the number of nodes");
  const probability = new Float64Array(2 ** n * n);
  for (let state = 0; state < 2 ** n; state++) {
    for (let node = 0; node < n; node++) {
      probability[state * n + node] = requireWithin(
        rule(node, state),
        0,
        1,
        "a probability",
        `node ${node}, state ${state}`,
      );
    }
  }
  return makeTransitionMatrix(n, probability, labels);
}

export interface StateSeries {
  /** 0 or 1 at sample·nNodes + node. */
  readonly data: ArrayLike<number | boolean>;
  readonly nNodes: number;
  readonly nSamples: number;
}

export interface EstimatedTransitions {
  readonly matrix: TransitionMatrix;
  /** Times each state was seen as a "before". */
  readonly visits: Uint32Array;
  readonly warnings: string[];
}

/**
 * The transition matrix of recorded binary activity: for each state, how often each node was on `lag` samples later,
 * (on + prior)/(visits + 2·prior). States never seen get ½, and a warning says how many there were.
 *
 * @param lag samples; 1 by default. @param prior pseudo-count of each outcome; 0 by default (maximum likelihood).
 * @throws WbeError ARGUMENT for a shape that does not fit, more than 16 nodes or fewer than lag + 1 samples.
 */
export function fromStateSeries(series: StateSeries, lag = 1, prior = 0): EstimatedTransitions {
  const { data, nNodes: n, nSamples } = series;
  requireInteger(n, 1, maxNodes, "the number of nodes");
  requireInteger(lag, 1, 2 ** 31, "lag");
  requireWithin(prior, 0, 1e6, "prior");
  if (data.length !== n * nSamples) {
    throw new WbeError("ARGUMENT", `expected ${nSamples} samples × ${n} nodes, found ${data.length} numbers`);
  }
  if (nSamples <= lag) throw new WbeError("ARGUMENT", `expected more than ${lag} samples, found ${nSamples}`);
  const states = new Uint32Array(nSamples);
  for (let k = 0; k < nSamples; k++) {
    for (let node = 0; node < n; node++) if (data[k * n + node]) states[k]! |= 1 << node;
  }
  const visits = new Uint32Array(2 ** n);
  const on = new Float64Array(2 ** n * n);
  for (let k = 0; k + lag < nSamples; k++) {
    const before = states[k]!;
    visits[before]!++;
    for (let node = 0; node < n; node++) on[before * n + node]! += (states[k + lag]! >> node) & 1;
  }
  let unseen = 0;
  for (let state = 0; state < 2 ** n; state++) {
    const total = visits[state]! + 2 * prior;
    if (visits[state] === 0) unseen++;
    for (let node = 0; node < n; node++) {
      on[state * n + node] = total > 0 ? (on[state * n + node]! + prior) / total : 0.5;
    }
  }
  const warnings =
    unseen > 0 ? [`${unseen} of ${2 ** n} states were never seen: their nodes count as on with probability ½`] : [];
  return { matrix: makeTransitionMatrix(n, on), visits, warnings };
}

/**
 * The transition matrix of a simulated network's spikes: a node (a row of `rowOfNeuron`, up to 16) is on in a bin in
 * which it spikes at all. @param binWidth ms, also the step of the matrix.
 */
export function fromSpikes(
  spikes: SpikeData,
  rowOfNeuron: ArrayLike<number>,
  binWidth: number,
  prior = 0,
): EstimatedTransitions {
  requirePositive(binWidth, "binWidth");
  const start = spikes.startStep * spikes.dt;
  const { counts, nSources, nBins } = binSpikeData(spikes, {
    width: binWidth,
    start,
    stop: spikes.stopStep * spikes.dt,
    rowOfNeuron,
  });
  const data = new Uint8Array(nSources * nBins);
  for (let row = 0; row < nSources; row++) {
    for (let k = 0; k < nBins; k++) data[k * nSources + row] = counts[row * nBins + k]! > 0 ? 1 : 0;
  }
  return fromStateSeries({ data, nNodes: nSources, nSamples: nBins }, 1, prior);
}

function makeTransitionMatrix(n: number, probability: Float64Array, labels?: readonly string[]): TransitionMatrix {
  if (labels !== undefined && labels.length !== n) {
    throw new WbeError("ARGUMENT", `expected ${n} labels, found ${labels.length}`);
  }
  const connectivity = new Uint8Array(n * n);
  for (let from = 0; from < n; from++) {
    for (let state = 0; state < 2 ** n; state++) {
      if ((state >> from) & 1) continue;
      const other = state | (1 << from);
      for (let to = 0; to < n; to++) {
        if (probability[state * n + to] !== probability[other * n + to]) connectivity[from * n + to] = 1;
      }
    }
  }
  return { n, probability, connectivity, labels: labels ?? Array.from({ length: n }, (_, i) => nameOf(i)) };
}

const nameOf = (node: number): string => String.fromCharCode(65 + node);

function nodesOfStates(rows: number): number {
  const n = Math.round(Math.log2(rows));
  if (!(rows >= 2) || 2 ** n !== rows || n > maxNodes) {
    throw new WbeError("ARGUMENT", `expected 2^n rows for n from 1 to ${maxNodes} nodes, found ${rows}`);
  }
  return n;
}

function littleEndian(index: number, n: number, { order = "little-endian" }: TransitionMatrixOptions): number {
  if (order === "little-endian") return index;
  let reversed = 0;
  for (let i = 0; i < n; i++) reversed |= ((index >> i) & 1) << (n - 1 - i);
  return reversed;
}
