/**
 * List scheduling: critical path first, two operations a cycle. V8 from Node 24 on runs wasm in the order given,
 * and each exp is a chain of some 90 cycles; only an order that interleaves the chains keeps the units busy.
 *
 * @module
 */
import type { Node, Op } from "./ir.js";

/** Cycles until a result can be used, for recent x86-64 cores; close enough on others. */
const latency: Partial<Record<Op, number>> = {
  add: 4,
  sub: 4,
  mul: 4,
  div: 14,
  sqrt: 18,
  min: 4,
  max: 4,
  floor: 8,
  ceil: 8,
  round: 8,
  lt: 4,
  le: 4,
  eq: 4,
  ne: 4,
  select: 3,
  umul32: 6,
  imul: 10,
  umulhi: 7,
  bits: 0,
  fromBits: 0,
};
const otherLatency = 1;
const issuesPerCycle = 2;

/** Orders `nodes` (a set closed under what it needs, leaves outside it are ready at 0). Deterministic. */
export function schedule(nodes: readonly Node[]): Node[] {
  const inside = new Set(nodes);
  const users = new Map<Node, Node[]>(nodes.map((node) => [node, []]));
  const missing = new Map<Node, number>();
  for (const node of nodes) {
    const needed = new Set(node.args.filter((arg) => inside.has(arg)));
    missing.set(node, needed.size);
    for (const arg of needed) users.get(arg)!.push(node);
  }
  const height = new Map<Node, number>();
  for (const node of [...nodes].reverse()) {
    let below = 0;
    for (const user of users.get(node)!) below = Math.max(below, height.get(user)!);
    height.set(node, below + (latency[node.op] ?? otherLatency));
  }
  const readyAt = new Map<Node, number>();
  let ready = nodes.filter((node) => missing.get(node) === 0);
  for (const node of ready) readyAt.set(node, 0);
  const order: Node[] = [];
  for (let cycle = 0; order.length < nodes.length; cycle++) {
    for (let issue = 0; issue < issuesPerCycle; issue++) {
      let best: Node | undefined;
      for (const node of ready) {
        if (readyAt.get(node)! > cycle) continue;
        if (
          !best ||
          height.get(node)! > height.get(best)! ||
          (height.get(node) === height.get(best) && node.id < best.id)
        ) {
          best = node;
        }
      }
      if (!best) break;
      ready = ready.filter((node) => node !== best);
      order.push(best);
      const done = cycle + (latency[best.op] ?? otherLatency);
      for (const user of users.get(best)!) {
        missing.set(user, missing.get(user)! - 1);
        readyAt.set(user, Math.max(readyAt.get(user) ?? 0, done));
        if (missing.get(user) === 0) ready.push(user);
      }
    }
  }
  return order;
}
