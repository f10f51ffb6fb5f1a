/**
 * The ways to cut a system apart that IIT 4.0 considers.
 *
 * @module
 */

/** How the connections between parts are cut. */
export interface DirectedPartition {
  /** The parts, as sets of nodes. */
  readonly parts: readonly number[];
  /** Inputs of each node that are not cut, by node. */
  readonly known: Uint32Array;
  /** Number of cut pairs (from, to), whether connected or not: the most that the partition could cost. */
  readonly cuts: number;
}

/** "directed-set" is the definition of the theory; "directed-bi" cuts two parts in one direction only, as in IIT 3.0. */
export type SystemPartitions = "directed-set" | "directed-bi";

/**
 * All partitions of a system of k nodes, each set of cut connections once. Directed set partitions: any number of parts
 * from 2 on, of which each loses its inputs from the others, its outputs to them, or both. One node: its self-connection.
 *
 * Source: Albantakis et al. 2023, PLoS Comput Biol 19:e1011465, Eqs 16–18.
 */
export function directedPartitions(k: number, kind: SystemPartitions): DirectedPartition[] {
  const all = 2 ** k - 1;
  if (k === 1) return [{ parts: [1], known: Uint32Array.of(0), cuts: 1 }];
  const found = new Map<string, DirectedPartition>();
  const add = (
    parts: readonly number[],
    losesInputs: (part: number) => boolean,
    losesOutputs: (part: number) => boolean,
  ) => {
    const known = new Uint32Array(k).fill(all);
    let cuts = 0;
    for (const [to, target] of parts.entries()) {
      let lost = 0;
      for (const [from, origin] of parts.entries()) {
        if (from !== to && (losesInputs(to) || losesOutputs(from))) lost |= origin;
      }
      for (let node = 0; node < k; node++) {
        if (!((target >> node) & 1)) continue;
        known[node] = all & ~lost;
        for (let other = 0; other < k; other++) cuts += (lost >> other) & 1;
      }
    }
    const key = known.join(",");
    if (cuts > 0 && !found.has(key)) found.set(key, { parts, known, cuts });
  };
  if (kind === "directed-bi") {
    for (let from = 1; from < all; from++) {
      add(
        [from, all & ~from],
        () => false,
        (part) => part === 0,
      );
    }
    return [...found.values()];
  }
  for (const parts of setPartitions(all)) {
    if (parts.length < 2) continue;
    for (let code = 0; code < 3 ** parts.length; code++) {
      const direction = (part: number) => Math.floor(code / 3 ** part) % 3;
      add(
        parts,
        (part) => direction(part) !== 1,
        (part) => direction(part) !== 0,
      );
    }
  }
  return [...found.values()];
}

/** All partitions of a set into non-empty parts, coarse ones first within each branch. */
export function setPartitions(set: number): number[][] {
  if (set === 0) return [[]];
  const low = set & -set;
  const rest = set & ~low;
  const partitions: number[][] = [];
  for (let others = rest; ; others = (others - 1) & rest) {
    for (const tail of setPartitions(rest & ~others)) partitions.push([low | others, ...tail]);
    if (others === 0) break;
  }
  return partitions;
}
