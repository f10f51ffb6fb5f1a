/**
 * What a network needs at least, worked out before anything is allocated.
 *
 * @module
 */
import { lanesOf } from "../compiler/lanes.js";
import { WbeError } from "../core/errors.js";
import { maxMemoryBytes } from "../kernels/arena.js";
import type { NeuronDeclaration } from "../neuron-models/declaration.js";
import type { Dist, NetworkDescription, PopulationSpec, ProjectionSpec, RuleSpec } from "./description.js";
import { maxThreads } from "./partition.js";
import { mostShortTargets } from "./synapse-rows.js";

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

/** A part of a network and what it needs at least. */
interface Part {
  readonly what: string;
  readonly bytes: number;
}

const isOneValue = (dist: Dist): boolean => typeof dist !== "object";

/** Bytes of a synapse: target, weight, delay and release sites, as far as each has its own. */
function bytesPerSynapse({ weight, delay, plasticity, storage, release }: ProjectionSpec, targetsHere: number): number {
  if (storage === "procedural") return 0;
  if (plasticity && plasticity.length > 0) return 4 + 8 + (isOneValue(delay) ? 0 : 2);
  const releasing = release ? (release.spontaneous === undefined ? 2 : 6) : 0;
  return (
    releasing + (targetsHere <= mostShortTargets ? 2 : 4) + (isOneValue(weight) ? 0 : 4) + (isOneValue(delay) ? 0 : 2)
  );
}

/** States, two places in spike lists of one step and an arrival. */
function bytesPerNeuron({ precision = "f64" }: PopulationSpec, { states }: NeuronDeclaration): number {
  return 20 + lanesOf[precision].bytes * Object.keys(states).length;
}

/** What the parts of a network need at least in all its memories together, the largest first. */
export function estimateParts(
  { populations, projections }: NetworkDescription,
  declarations: readonly NeuronDeclaration[],
  threads: number,
): Part[] {
  const sizeOf = new Map(populations.map(({ name, size }) => [name, size]));
  const parts = populations.map((population, k): Part => {
    const each = bytesPerNeuron(population, declarations[k]!);
    const what = `population "${population.name}" of ${population.size} neurons at ${each} bytes`;
    return { what, bytes: population.size * each };
  });
  for (const projection of projections) {
    const { from, to, name, rule } = projection;
    const [nSource, nTarget] = [sizeOf.get(from) ?? 0, sizeOf.get(to) ?? 0];
    const edges = Math.round(expectedEdges(rule, nSource, nTarget));
    const each = bytesPerSynapse(projection, Math.ceil(nTarget / threads));
    parts.push({
      what: `projection "${name ?? `${from}→${to}`}" of ${edges} synapses at ${each} bytes`,
      // Each thread knows where the rows of all sources begin.
      bytes: edges * each + 4 * nSource * threads,
    });
  }
  return parts.sort((a, b) => b.bytes - a.bytes);
}

/** Bytes that the machine can still give, where that is known (Node). */
function availableMemory(): number | undefined {
  const node = globalThis.process as { availableMemory?(): number } | undefined;
  return node?.availableMemory?.();
}

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toPrecision(3)} GiB`;

/**
 * @param threads among which the network will be dealt, each with a memory of its own.
 * @param available bytes that the machine can give.
 * @throws WbeError LIMIT with the numbers when the least that a thread's share needs is more than one memory can hold, or
 * the whole more than the machine has.
 */
export function checkNetworkSize(
  description: NetworkDescription,
  declarations: readonly NeuronDeclaration[],
  threads: number,
  available = availableMemory(),
): void {
  const parts = estimateParts(description, declarations, threads);
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const fits = bytes <= threads * maxMemoryBytes;
  if (fits && (available === undefined || bytes <= available)) return;
  const each = threads > 1 ? `, ${gigabytes(bytes / threads)} on each of ${threads} threads` : "";
  const limit = fits
    ? `the machine has ${gigabytes(available!)} to give`
    : `one WebAssembly memory holds ${gigabytes(maxMemoryBytes)}`;
  const where = parts.slice(0, 3).map((part) => `${part.what} = ${gigabytes(part.bytes)}`);
  const more = Math.ceil((1.1 * bytes) / maxMemoryBytes);
  const byThreads =
    fits || more > maxThreads ? "Use" : `Use at least ${more} threads, each of which has a memory of its own, or`;
  throw new WbeError("LIMIT", `the network needs at least ${gigabytes(bytes)}${each}; ${limit}`, {
    where: where.join(", "),
    remedy: `${byThreads} fewer neurons or synapses, one weight and delay for all, or storage "procedural".`,
  });
}
