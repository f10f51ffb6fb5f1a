/**
 * What a network needs at least, worked out before anything is allocated.
 *
 * @module
 */
import { lanesOf } from "../compiler/lanes.js";
import { WbeError } from "../core/errors.js";
import { maxMemoryBytes } from "../kernels/arena.js";
import type { NeuronDeclaration } from "../neuron-models/declaration.js";
import type { NetworkDescription, RuleSpec } from "./description.js";

/** Number of edges that a rule makes; its mean for "bernoulli". */
export function expectedEdges(rule: RuleSpec, nSource: number, nTarget: number): number {
  switch (rule.kind) {
    case "one-to-one":
      return nSource;
    case "all-to-all":
      return nSource * nTarget;
    case "bernoulli":
      return Math.min(1, Math.max(0, rule.p)) * nSource * nTarget;
    case "fixed-in-degree":
      return rule.k * nTarget;
    case "fixed-out-degree":
      return rule.k * nSource;
    case "fixed-total":
      return rule.n;
    case "edges":
      return rule.source.length;
  }
}

/** u32 target; weights and delays that all synapses share take nothing. */
const bytesPerSynapse = 4;
/** Two places in spike lists of one step and an arrival, beside the states. */
const bytesPerNeuron = 20;

/** Least bytes that a network needs, and its largest part. */
function leastBytes(
  { populations, projections }: NetworkDescription,
  declarations: readonly NeuronDeclaration[],
): { bytes: number; what: string } {
  let bytes = 0;
  let [largest, what] = [0, ""];
  const add = (more: number, name: string): void => {
    bytes += more;
    if (more > largest) [largest, what] = [more, name];
  };
  const sizeOf = new Map(populations.map(({ name, size }) => [name, size]));
  populations.forEach(({ name, size, precision }, k) => {
    const states = Object.keys(declarations[k]!.states).length;
    add(
      size * (bytesPerNeuron + lanesOf[precision ?? "f64"].bytes * states),
      `population "${name}" of ${size} neurons`,
    );
  });
  for (const { from, to, rule, name } of projections) {
    const edges = Math.round(expectedEdges(rule, sizeOf.get(from) ?? 0, sizeOf.get(to) ?? 0));
    add(edges * bytesPerSynapse, `projection "${name ?? `${from}→${to}`}" of ${edges} synapses`);
  }
  return { bytes, what };
}

/**
 * @param threads among which the network will be dealt, each with a memory of its own.
 * @throws WbeError LIMIT when the least that a thread's share needs is more than one memory can hold.
 */
export function checkNetworkSize(
  description: NetworkDescription,
  declarations: readonly NeuronDeclaration[],
  threads: number,
): void {
  const { bytes, what } = leastBytes(description, declarations);
  if (bytes <= threads * maxMemoryBytes) return;
  const gigabytes = (n: number): string => `${(n / 2 ** 30).toPrecision(3)} GiB`;
  const each = threads > 1 ? `, ${gigabytes(bytes / threads)} on each of ${threads} threads` : "";
  throw new WbeError(
    "LIMIT",
    `the network needs at least ${gigabytes(bytes)}${each}; one WebAssembly memory holds ${gigabytes(maxMemoryBytes)}`,
    {
      where: what,
      remedy: `Use at least ${Math.ceil((1.1 * bytes) / maxMemoryBytes)} threads, each of which has a memory of its own, or fewer neurons or synapses.`,
    },
  );
}
