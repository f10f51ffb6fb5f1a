/**
 * The order in which the solver takes the nodes of a tree: rooted at the node that leaves the smallest rest, its subtrees
 * dealt out into two halves that depend on one another only through it. The kernel takes one node of each half by turns;
 * in a long cable that halves the time spent waiting for divisions.
 *
 * @module
 */

export interface SolverOrder {
  /** Node of the tree at each place of the order. */
  readonly node: Int32Array;
  /** Place of each node. */
  readonly place: Int32Array;
  /** Place of the parent, smaller than the place itself; 0 for place 0. */
  readonly parent: Int32Array;
  /** Node whose `axial` conductance leads to the parent: the tree's edges keep their values, whichever end is nearer the root. */
  readonly edge: Int32Array;
  /** First place of the second half. */
  readonly split: number;
}

/** Finds the order of a tree whose parents stand before their children. */
export function findSolverOrder(parent: Int32Array): SolverOrder {
  const n = parent.length;
  const children: number[][] = Array.from({ length: n }, () => []);
  for (let i = 1; i < n; i++) children[parent[i]!]!.push(i);
  const size = new Int32Array(n).fill(1);
  for (let i = n - 1; i > 0; i--) size[parent[i]!]! += size[i];
  let centre = 0;
  for (;;) {
    const heavy = children[centre]!.find((child) => 2 * size[child]! > n);
    if (heavy === undefined) break;
    centre = heavy;
  }

  /** Nodes beyond `from` as seen from `at`. */
  const weigh = (at: number, from: number): number => (parent[at] === from ? size[at]! : n - size[from]!);
  const neighbours = (at: number, from: number): number[] =>
    [...children[at]!, ...(at > 0 ? [parent[at]!] : [])].filter((other) => other !== from);
  const byWeight = (at: number, from: number): number[] =>
    neighbours(at, from).sort((a, b) => weigh(b, at) - weigh(a, at) || a - b);

  // The heaviest subtree first, each next one to the lighter half.
  const halves: number[][] = [[], []];
  const weights = [0, 0];
  for (const other of byWeight(centre, -1)) {
    const half = weights[1]! < weights[0]! ? 1 : 0;
    halves[half]!.push(other);
    weights[half]! += weigh(other, centre);
  }

  const order: SolverOrder = {
    node: new Int32Array(n),
    place: new Int32Array(n),
    parent: new Int32Array(n),
    edge: new Int32Array(n),
    split: 1 + weights[0]!,
  };
  order.node[0] = centre;
  order.place[centre] = 0;
  let next = 1;
  for (const half of halves) {
    const stack = half.map((node) => [node, centre] as const).reverse();
    while (stack.length > 0) {
      const [node, from] = stack.pop()!;
      order.node[next] = node;
      order.place[node] = next;
      order.parent[next] = order.place[from]!;
      order.edge[next] = parent[node] === from ? node : from;
      next++;
      // The heaviest subtree comes next, so that long chains are taken in one piece.
      for (const other of byWeight(node, from).reverse()) stack.push([other, node]);
    }
  }
  return order;
}

/** Places in the order in which the kernel eliminates them: from the ends of both halves by turns. */
export function eliminationOrder({ node, split }: SolverOrder): number[] {
  const places: number[] = [];
  for (let i = split - 1, j = node.length - 1; i > 0 || j >= split; i--, j--) {
    if (i > 0) places.push(i);
    if (j >= split) places.push(j);
  }
  return places;
}
