/**
 * Random graphs of the classical models. Equal seeds give equal graphs on every machine. `ConnectomeBuilder.applyGraph`
 * makes synapses of them.
 *
 * @module
 */
import { requireInteger, requireWithin } from "../../core/arguments.js";
import { WbeError } from "../../core/errors.js";
import { RandomStream } from "../../core/random.js";
import { Stream } from "../../core/streams.js";
import { Graph } from "./graph.js";

const seeded = (seed: number) => new RandomStream(seed, Stream.randomGraphs);

/**
 * Small world: a ring of n nodes, each joined to its k nearest (k even); the far end of each edge is moved with
 * probability p to a node drawn uniformly from those that the near end is not joined to. Undirected, n·k/2 edges.
 *
 * Source: Watts & Strogatz 1998, Nature 393:440.
 * @throws WbeError ARGUMENT for an odd k, k ≥ n, p outside 0 … 1.
 */
export function wattsStrogatz(n: number, k: number, p: number, options: { seed: number }): Graph {
  requireInteger(n, 1, 0xfffffffe, "the number of nodes", "a small world");
  requireInteger(k, 0, n - 1, "the number of neighbours k", "a small world");
  requireWithin(p, 0, 1, "the probability to move an edge", "a small world");
  if (k % 2) throw new WbeError("ARGUMENT", `expected an even k, found ${k}`, { where: "a small world" });
  const random = seeded(options.seed);
  const joined = Array.from({ length: n }, () => new Set<number>());
  const set = (i: number, j: number, on: boolean) => {
    for (const [a, b] of [
      [i, j],
      [j, i],
    ] as const) {
      if (on) joined[a]!.add(b);
      else joined[a]!.delete(b);
    }
  };
  for (let apart = 1; apart <= k / 2; apart++) for (let i = 0; i < n; i++) set(i, (i + apart) % n, true);
  // As in the paper: once round the ring for each distance, from near to far.
  for (let apart = 1; apart <= k / 2; apart++) {
    for (let i = 0; i < n; i++) {
      const j = (i + apart) % n;
      if (random.uniform() >= p || joined[i]!.size >= n - 1) continue;
      let other = random.integer(n);
      while (other === i || joined[i]!.has(other)) other = random.integer(n);
      set(i, j, false);
      set(i, other, true);
    }
  }
  const [source, target]: [number[], number[]] = [[], []];
  joined.forEach((neighbours, i) => {
    for (const j of neighbours) {
      if (j < i) continue;
      source.push(i);
      target.push(j);
    }
  });
  return Graph.fromEdges({ nNodes: n, source, target, directed: false });
}

/**
 * Scale-free: starting from a star of m + 1 nodes, each new node is joined to m different ones, drawn in proportion to
 * their degrees. Undirected, m·(n − m) edges.
 *
 * Source: Barabási & Albert 1999, Science 286:509.
 * @throws WbeError ARGUMENT unless 1 ≤ m < n.
 */
export function barabasiAlbert(n: number, m: number, options: { seed: number }): Graph {
  requireInteger(n, 2, 0xfffffffe, "the number of nodes", "a scale-free graph");
  requireInteger(m, 1, n - 1, "the edges of a new node", "a scale-free graph");
  const random = seeded(options.seed);
  const edges = m * (n - m);
  const source = new Uint32Array(edges);
  const target = new Uint32Array(edges);
  /** Each node as often as its degree: the ends of all edges so far. */
  const ends = new Uint32Array(2 * edges);
  let e = 0;
  const add = (i: number, j: number) => {
    source[e] = i;
    target[e] = j;
    ends[2 * e] = i;
    ends[2 * e + 1] = j;
    e++;
  };
  for (let leaf = 1; leaf <= m; leaf++) add(0, leaf);
  for (let node = m + 1; node < n; node++) {
    const chosen = new Set<number>();
    const last = 2 * e;
    while (chosen.size < m) chosen.add(ends[random.integer(last)]!);
    for (const other of chosen) add(node, other);
  }
  return Graph.fromEdges({ nNodes: n, source, target, directed: false });
}

/**
 * Configuration model: a directed graph in which node i sends out[i] and receives in[i] edges, their ends joined at random.
 * Loops and parallel edges are what chance makes of them; as a Graph, parallel ones are one edge whose weight is their
 * number. Use `randomise` for a simple graph of the degrees of another.
 *
 * Source: Newman, Strogatz & Watts 2001, Phys Rev E 64:026118.
 * @throws WbeError ARGUMENT for lists of different lengths or sums, or degrees that are no whole numbers ≥ 0.
 */
export function configurationModel(out: ArrayLike<number>, into: ArrayLike<number>, options: { seed: number }): Graph {
  const where = "a configuration model";
  if (out.length !== into.length) {
    throw new WbeError("ARGUMENT", `expected two degrees per node, found ${out.length} and ${into.length}`, { where });
  }
  const stubs = (degrees: ArrayLike<number>): Uint32Array => {
    let total = 0;
    for (let i = 0; i < degrees.length; i++) total += requireInteger(degrees[i]!, 0, 0xffffffff, "a degree", where);
    requireInteger(total, 0, 2 ** 30, "the sum of degrees", where);
    const list = new Uint32Array(total);
    for (let i = 0, at = 0; i < degrees.length; i++) {
      list.fill(i, at, at + degrees[i]!);
      at += degrees[i]!;
    }
    return list;
  };
  const [source, target] = [stubs(out), stubs(into)];
  if (source.length !== target.length) {
    throw new WbeError("ARGUMENT", `expected equal sums of degrees, found ${source.length} and ${target.length}`, {
      where,
    });
  }
  return Graph.fromEdges({ nNodes: out.length, source, target: seeded(options.seed).shuffle(target) });
}

/**
 * Block model: a directed edge from i to j ≠ i with the probability of their groups, probability[group of i][group of j].
 * Work follows the edges, not the pairs.
 *
 * Source: Holland, Laskey & Leinhardt 1983, Soc Networks 5:109.
 * @throws WbeError ARGUMENT for a table that is not square or a probability outside 0 … 1.
 */
export function blockModel(
  sizes: readonly number[],
  probability: readonly (readonly number[])[],
  options: { seed: number },
): Graph {
  const where = "a block model";
  if (probability.length !== sizes.length || probability.some((row) => row.length !== sizes.length)) {
    throw new WbeError("ARGUMENT", `expected ${sizes.length} × ${sizes.length} probabilities`, { where });
  }
  const first = [0];
  for (const size of sizes)
    first.push(first.at(-1)! + requireInteger(size, 0, 0xfffffffe, "the size of a block", where));
  const random = seeded(options.seed);
  const [source, target]: [number[], number[]] = [[], []];
  sizes.forEach((rows, a) => {
    sizes.forEach((columns, b) => {
      const p = requireWithin(probability[a]![b]!, 0, 1, "a probability", where);
      random.moveTo(a, b);
      // Gaps between edges are geometric; pairs are counted row by row, those of a node with itself left out.
      const width = a === b ? columns - 1 : columns;
      for (let pair = random.geometric(p); pair < rows * width; pair += 1 + random.geometric(p)) {
        const i = Math.floor(pair / width);
        const j = pair % width;
        source.push(first[a]! + i);
        target.push(first[b]! + (a === b && j >= i ? j + 1 : j));
      }
    });
  });
  return Graph.fromEdges({ nNodes: first.at(-1)!, source, target });
}

/**
 * Geometric graph: nodes nearer than `radius` are joined. `period` (a length per axis) closes the space to a torus. The
 * nodes are sorted into cells of the radius, so the work follows the edges.
 *
 * @param positions x, y, z of each node in turn, as in `connectome.nodes.positions`.
 * Source: Penrose 2003, Random Geometric Graphs.
 * @throws WbeError ARGUMENT for positions that are not finite, a radius that is not above 0 or above half a period.
 */
export function geometricGraph(
  positions: ArrayLike<number>,
  radius: number,
  options: { period?: readonly [number, number, number] } = {},
): Graph {
  const where = "a geometric graph";
  const { period } = options;
  requireWithin(radius, Number.MIN_VALUE, Number.POSITIVE_INFINITY, "the radius", where);
  period?.forEach((length) => requireWithin(length, 2 * radius, Number.POSITIVE_INFINITY, "a period", where));
  const n = Math.floor(positions.length / 3);
  const cells = new Map<string, number[]>();
  const count = period?.map((length) => Math.max(1, Math.floor(length / radius)));
  const cellOf = (i: number, axis: number): number => {
    const x = positions[3 * i + axis]!;
    if (!Number.isFinite(x))
      throw new WbeError("ARGUMENT", `expected finite positions, found ${x}`, { where: `node ${i}` });
    if (!period) return Math.floor(x / radius);
    const inside = x - period[axis]! * Math.floor(x / period[axis]!);
    return Math.min(count![axis]! - 1, Math.floor((inside / period[axis]!) * count![axis]!));
  };
  const wrap = (cell: number, axis: number) => (count ? (cell + count[axis]!) % count[axis]! : cell);
  const [source, target]: [number[], number[]] = [[], []];
  for (let i = 0; i < n; i++) {
    const at = [cellOf(i, 0), cellOf(i, 1), cellOf(i, 2)] as const;
    const near = new Set<string>();
    for (let shift = 0; shift < 27; shift++) {
      const [dx, dy, dz] = [(shift % 3) - 1, (Math.floor(shift / 3) % 3) - 1, Math.floor(shift / 9) - 1] as const;
      near.add([wrap(at[0] + dx, 0), wrap(at[1] + dy, 1), wrap(at[2] + dz, 2)].join());
    }
    for (const cell of near) {
      for (const j of cells.get(cell) ?? []) {
        if (squaredDistance(positions, i, j, period) >= radius * radius) continue;
        source.push(j);
        target.push(i);
      }
    }
    const own = at.join();
    const members = cells.get(own);
    if (members) members.push(i);
    else cells.set(own, [i]);
  }
  return Graph.fromEdges({ nNodes: n, source, target, directed: false });
}

function squaredDistance(
  positions: ArrayLike<number>,
  i: number,
  j: number,
  period: readonly [number, number, number] | undefined,
): number {
  let sum = 0;
  for (let axis = 0; axis < 3; axis++) {
    let d = Math.abs(positions[3 * i + axis]! - positions[3 * j + axis]!);
    if (period) {
      d %= period[axis]!;
      d = Math.min(d, period[axis]! - d);
    }
    sum += d * d;
  }
  return sum;
}
