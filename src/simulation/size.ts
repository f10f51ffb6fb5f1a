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

/** @throws WbeError LIMIT when the least that the network needs is more than one memory can hold. */
export function checkNetworkSize(
  { populations, projections }: NetworkDescription,
  declarations: readonly NeuronDeclaration[],
): void {
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
  if (bytes <= maxMemoryBytes) return;
  const gigabytes = (n: number): string => (n / 2 ** 30).toPrecision(3);
  throw new WbeError(
    "LIMIT",
    `the network needs at least ${gigabytes(bytes)} GiB; one WebAssembly memory holds ${gigabytes(maxMemoryBytes)} GiB`,
    { where: what, remedy: "Use fewer neurons or synapses." },
  );
}
