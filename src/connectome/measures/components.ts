/** Connected parts of a graph. @module */
import type { Graph } from "../graph/graph.js";
import { type Network, viewOf } from "./conventions.js";

export interface Components {
  /** Component of each node, numbered by their first node. */
  readonly component: Uint32Array;
  /** Nodes of each component. */
  readonly sizes: Uint32Array;
}

/** Weakly connected components: directions do not count. O(nodes + edges), by union–find (Tarjan 1975, J ACM 22:215). */
export function weakComponents(network: Network): Components {
  const graph = viewOf(network, "components", { loops: true });
  const { nNodes, offsets, neighbours } = graph;
  const parent = Uint32Array.from({ length: nNodes }, (_, i) => i);
  const find = (node: number): number => {
    let i = node;
    while (parent[i] !== i) {
      parent[i] = parent[parent[i]!]!;
      i = parent[i]!;
    }
    return i;
  };
  for (let i = 0; i < nNodes; i++) {
    for (let k = offsets[i]!; k < offsets[i + 1]!; k++) {
      const a = find(i);
      const b = find(neighbours[k]!);
      if (a < b) parent[b] = a;
      else if (b < a) parent[a] = b;
    }
  }
  return numbered(nNodes, find);
}

/**
 * Strongly connected components: each node reaches each other. O(nodes + edges).
 * Source: Tarjan 1972, SIAM J Comput 1:146, without recursion.
 */
export function strongComponents(network: Network): Components {
  const graph = viewOf(network, "components", { loops: true });
  const component = tarjan(graph);
  return numbered(graph.nNodes, (i) => component[i]!);
}

function tarjan({ nNodes, offsets, neighbours }: Graph): Uint32Array {
  const component = new Uint32Array(nNodes);
  /** Order of discovery from 1; 0: not yet seen. */
  const found = new Uint32Array(nNodes);
  const low = new Uint32Array(nNodes);
  const next = offsets.slice(0, nNodes);
  const isOpen = new Uint8Array(nNodes);
  const open = new Uint32Array(nNodes);
  const path = new Uint32Array(nNodes);
  let nOpen = 0;
  let clock = 0;
  let nComponents = 0;
  for (let root = 0; root < nNodes; root++) {
    if (found[root]) continue;
    let depth = 0;
    const enter = (node: number) => {
      path[depth++] = node;
      open[nOpen++] = node;
      isOpen[node] = 1;
      low[node] = found[node] = ++clock;
    };
    enter(root);
    while (depth > 0) {
      const i = path[depth - 1]!;
      if (next[i]! < offsets[i + 1]!) {
        const j = neighbours[next[i]!++]!;
        if (!found[j]) enter(j);
        else if (isOpen[j]) low[i] = Math.min(low[i]!, found[j]!);
        continue;
      }
      depth--;
      if (depth > 0) low[path[depth - 1]!] = Math.min(low[path[depth - 1]!]!, low[i]!);
      if (low[i] !== found[i]) continue;
      for (;;) {
        const member = open[--nOpen]!;
        isOpen[member] = 0;
        component[member] = nComponents;
        if (member === i) break;
      }
      nComponents++;
    }
  }
  return component;
}

function numbered(n: number, labelOf: (node: number) => number): Components {
  const numberOf = new Int32Array(n).fill(-1);
  const component = new Uint32Array(n);
  const sizes: number[] = [];
  for (let i = 0; i < n; i++) {
    const label = labelOf(i);
    if (numberOf[label]! < 0) numberOf[label] = sizes.push(0) - 1;
    component[i] = numberOf[label]!;
    sizes[component[i]!]!++;
  }
  return { component, sizes: Uint32Array.from(sizes) };
}
