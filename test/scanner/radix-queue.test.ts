import fc from "fast-check";
import { expect, it } from "vitest";
import { MinHeap } from "../../src/scanner/heap.js";
import { RadixQueue } from "../../src/scanner/radix-queue.js";
import { WaveQueue } from "../../src/scanner/wave-queue.js";

/** Costs from node 0 in a random graph; edges (from, to, length). */
type Edge = readonly [number, number, number];

function byHeap(n: number, edges: readonly Edge[]): Float64Array {
  const cost = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  const heap = new MinHeap();
  cost[0] = 0;
  heap.push(0, 0);
  while (heap.size > 0) {
    const key = heap.topKey;
    const i = heap.pop();
    if (key > cost[i]!) continue;
    for (const [from, to, length] of edges) {
      if (from !== i || key + length >= cost[to]!) continue;
      cost[to] = key + length;
      heap.push(cost[to]!, to);
    }
  }
  return cost;
}

const graphs = fc.integer({ min: 1, max: 25 }).chain((n) =>
  fc.tuple(
    fc.constant(n),
    // Lengths over many powers of two, zeros and near-equal ones among them.
    fc.array(
      fc.tuple(
        fc.nat(n - 1),
        fc.nat(n - 1),
        fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 1e9, noNaN: true }), fc.constantFrom(1, 1 + 1e-12, 1.5)),
      ),
      {
        maxLength: 120,
      },
    ),
  ),
);

it("a search by radix queue finds the costs of a search by heap", () => {
  fc.assert(
    fc.property(graphs, ([n, edges]) => {
      const cost = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
      const queue = new RadixQueue(cost);
      cost[0] = 0;
      queue.push(0);
      for (let i = queue.shift(); i >= 0; i = queue.shift()) {
        for (const [from, to, length] of edges) {
          if (from !== i || cost[i]! + length >= cost[to]!) continue;
          cost[to] = cost[i]! + length;
          queue.push(to);
        }
      }
      expect(cost).toEqual(byHeap(n, edges));
    }),
    { numRuns: 500, seed: 11 },
  );
});

it("a search by wave queue finds them where no step is shorter than the bucket", () => {
  fc.assert(
    fc.property(graphs, ([n, edges]) => {
      const long = edges.map(([from, to, length]) => [from, to, 1 + (length % 3)] as const);
      const cost = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
      const queue = new WaveQueue(1);
      cost[0] = 0;
      queue.push(0, 0);
      const isDone = new Uint8Array(n);
      for (let i = queue.shift(); i >= 0; i = queue.shift()) {
        if (isDone[i] === 1) continue;
        isDone[i] = 1;
        for (const [from, to, length] of long) {
          if (from !== i || cost[i]! + length >= cost[to]!) continue;
          cost[to] = cost[i]! + length;
          queue.push(cost[to]!, to);
        }
      }
      expect(cost).toEqual(byHeap(n, long));
    }),
    { numRuns: 500, seed: 12 },
  );
});
