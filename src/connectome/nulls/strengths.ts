/** Deals weights to edges so that the strengths of nodes stay nearly. @module */
import { exp } from "../../core/math.js";
import type { RandomStream } from "../../core/random.js";
import type { Graph } from "../graph/graph.js";
import type { EdgeList } from "./edge-list.js";

/** Stages of the annealing, in each of which as many exchanges are tried as there are edges. */
const stages = 100;
const cooling = 0.9;

/**
 * Shuffles the weights, then exchanges those of two edges again and again where that brings the strengths (with signs,
 * in and out) nearer to those of the graph, and sometimes where it does not, ever more seldom.
 *
 * Source: Milisav et al. 2025, Nat Comput Sci 5:48 (strength-preserving simulated annealing).
 */
export function matchStrengths(graph: Graph, edges: EdgeList, random: RandomStream): void {
  const { source, target } = edges;
  const weight = edges.weight!;
  const count = weight.length;
  if (count < 2) return;
  random.shuffle(weight);
  // What each node has too much; an undirected graph has one strength, which both ends of an edge fill.
  const out = new Float64Array(graph.nNodes);
  const into = graph.directed ? new Float64Array(graph.nNodes) : out;
  for (let i = 0; i < graph.nNodes; i++) {
    for (let k = graph.offsets[i]!; k < graph.offsets[i + 1]!; k++) {
      out[i]! -= graph.weights![k];
      if (graph.directed) into[graph.neighbours[k]!]! -= graph.weights![k];
    }
  }
  for (let e = 0; e < count; e++) {
    out[source[e]!]! += weight[e];
    into[target[e]!]! += weight[e];
  }
  const add = (edge: number, change: number) => {
    out[source[edge]!]! += change;
    into[target[edge]!]! += change;
  };
  const squares = (e: number, f: number) => {
    const [a, b, c, d] = [source[e]!, target[e]!, source[f]!, target[f]!];
    let sum = out[a]! * out[a]! + into[b]! * into[b]!;
    // A node that both edges have counts once.
    if (c !== a && (graph.directed || c !== b)) sum += out[c]! * out[c]!;
    if (d !== b && (graph.directed || d !== a)) sum += into[d]! * into[d]!;
    return sum;
  };
  let temperature = 0;
  for (let i = 0; i < graph.nNodes; i++) temperature += (out[i]! * out[i]! + into[i]! * into[i]!) / 2 / graph.nNodes;
  for (let stage = 0; stage < stages; stage++, temperature *= cooling) {
    for (let t = 0; t < count; t++) {
      const e = random.integer(count);
      const f = random.integer(count);
      const change = weight[f]! - weight[e]!;
      if (change === 0) continue;
      const before = squares(e, f);
      add(e, change);
      add(f, -change);
      const worse = squares(e, f) - before;
      if (worse <= 0 || random.uniform() < exp(-worse / temperature)) {
        weight[e]! += change;
        weight[f]! -= change;
      } else {
        add(e, -change);
        add(f, change);
      }
    }
  }
}
