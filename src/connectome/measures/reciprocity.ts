/** Reciprocity: how often a connection has its reverse. @module */
import type { Measured } from "../../core/measured.js";
import type { Graph } from "../graph/graph.js";
import { type Network, viewOf } from "./conventions.js";
import { connectionDensity } from "./density.js";

/**
 * Share of the connected ordered pairs (self-connections left out) whose reverse is connected too. NaN with a warning
 * without connections. A random graph of the same density has reciprocity = density, given in the parameters.
 * Source: Newman, Forrest & Balthrop 2002, Phys Rev E 66:035101.
 */
export function reciprocity(network: Network): Measured {
  const graph = viewOf(network, "reciprocity");
  const connected = graph.neighbours.length;
  const mutual = countMutual(graph);
  return {
    value: connected === 0 ? Number.NaN : mutual / connected,
    unit: "1",
    method: "connected ordered pairs whose reverse is connected / connected ordered pairs",
    parameters: {
      connectedPairs: connected,
      reciprocatedPairs: mutual,
      density: connectionDensity(graph).value,
    },
    source: "Newman, Forrest & Balthrop 2002, Phys Rev E 66:035101",
    warnings: connected === 0 ? ["no pair of different neurons is connected: reciprocity is not defined"] : [],
  };
}

/** Ordered pairs with their reverse: rows of outgoing and incoming edges are merged. */
function countMutual(graph: Graph): number {
  const back = graph.reversed;
  let mutual = 0;
  for (let i = 0; i < graph.nNodes; i++) {
    let k = graph.offsets[i]!;
    let b = back.offsets[i]!;
    while (k < graph.offsets[i + 1]! && b < back.offsets[i + 1]!) {
      const difference = graph.neighbours[k]! - back.neighbours[b]!;
      if (difference === 0) mutual++;
      if (difference <= 0) k++;
      if (difference >= 0) b++;
    }
  }
  return mutual;
}
