/**
 * Shortest paths from one node after another, with the buffers of one search.
 *
 * Without weights by breadth-first search, with weights by Dijkstra's algorithm (Dijkstra 1959, Numer Math 1:269) on the
 * lengths 1/weight: a strong connection is a short one, and one of weight 0 leads nowhere.
 *
 * @module
 */
import type { Graph } from "./graph.js";

export class ShortestPathSearch {
  /** Distance of each node from the last source; Infinity where no path leads. */
  readonly distance: Float64Array;
  /** The nodes that were reached, from near to far; the first `reached` count. */
  readonly order: Uint32Array;
  reached = 0;
  readonly #graph: Graph;
  readonly #lengths: Float64Array | null;
  readonly #heap: Uint32Array;
  /** Place of each node in the heap. */
  readonly #place: Uint32Array;
  #heapSize = 0;

  /** The graph must have no negative weights. */
  constructor(graph: Graph) {
    const n = graph.nNodes;
    this.#graph = graph;
    this.distance = new Float64Array(n);
    this.order = new Uint32Array(n);
    this.#lengths = graph.weights && Float64Array.from(graph.weights, (weight) => 1 / weight);
    this.#heap = new Uint32Array(graph.weights ? n : 0);
    this.#place = new Uint32Array(graph.weights ? n : 0);
  }

  /** Length of the edge at a place in the graph's rows. */
  lengthAt(entry: number): number {
    return this.#lengths ? this.#lengths[entry]! : 1;
  }

  /** Fills `distance`, `order` and `reached`. O(nodes + edges), with weights O(edges · log nodes). */
  run(source: number): this {
    this.distance.fill(Number.POSITIVE_INFINITY);
    this.distance[source] = 0;
    if (this.#lengths) this.#dijkstra(source, this.#lengths);
    else this.#breadthFirst(source);
    return this;
  }

  #breadthFirst(source: number): void {
    const { offsets, neighbours } = this.#graph;
    const { distance, order } = this;
    order[0] = source;
    let tail = 1;
    for (let head = 0; head < tail; head++) {
      const i = order[head]!;
      const next = distance[i]! + 1;
      for (let k = offsets[i]!; k < offsets[i + 1]!; k++) {
        const j = neighbours[k]!;
        if (distance[j] !== Number.POSITIVE_INFINITY) continue;
        distance[j] = next;
        order[tail++] = j;
      }
    }
    this.reached = tail;
  }

  #dijkstra(source: number, lengths: Float64Array): void {
    const { offsets, neighbours } = this.#graph;
    const { distance, order } = this;
    this.#heap[0] = source;
    this.#place[source] = 0;
    this.#heapSize = 1;
    let reached = 0;
    while (this.#heapSize > 0) {
      const i = this.#takeNearest();
      order[reached++] = i;
      for (let k = offsets[i]!; k < offsets[i + 1]!; k++) {
        const j = neighbours[k]!;
        const next = distance[i]! + lengths[k]!;
        if (!(next < distance[j]!)) continue;
        const isNew = distance[j] === Number.POSITIVE_INFINITY;
        distance[j] = next;
        if (isNew) this.#place[j] = this.#heapSize++;
        this.#rise(this.#place[j]!, j);
      }
    }
    this.reached = reached;
  }

  #takeNearest(): number {
    const nearest = this.#heap[0]!;
    this.#heapSize--;
    if (this.#heapSize > 0) this.#sink(this.#heap[this.#heapSize]!);
    return nearest;
  }

  #rise(place: number, node: number): void {
    let at = place;
    while (at > 0) {
      const above = (at - 1) >>> 1;
      const other = this.#heap[above]!;
      if (this.distance[other]! <= this.distance[node]!) break;
      this.#heap[at] = other;
      this.#place[other] = at;
      at = above;
    }
    this.#heap[at] = node;
    this.#place[node] = at;
  }

  #sink(node: number): void {
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= this.#heapSize) break;
      const right = below + 1;
      if (right < this.#heapSize && this.distance[this.#heap[right]!]! < this.distance[this.#heap[below]!]!)
        below = right;
      const other = this.#heap[below]!;
      if (this.distance[other]! >= this.distance[node]!) break;
      this.#heap[at] = other;
      this.#place[other] = at;
      at = below;
    }
    this.#heap[at] = node;
    this.#place[node] = at;
  }
}
