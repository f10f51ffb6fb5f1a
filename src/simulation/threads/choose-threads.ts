/**
 * How many threads a network is worth on this machine. An estimate from the description alone, before anything is built,
 * so that workers can start while the network is compiled.
 *
 * Measured (2 cores, Node 20; processor time, medians): a neuron takes 1.4 ns a step as LIF, 2.5 with two exponential
 * currents, 3 as Izhikevich, 22 as Hodgkin–Huxley by exponential Euler and 54 by rk4, 58 as AdEx by rk4: about 1 ns for each
 * state and synapse model, 4 for each call of an elementary function at each stage of the method. Poisson input of a neuron takes
 * 5 ns, a synaptic event about 1 ns, a synapse 20 ns to make; the exchange of an epoch 2 µs between threads that run, and a
 * worker starts in 0.15 to 0.3 s.
 *
 * @module
 */
import { countProcessors } from "#spawn-worker";
import { WbeError } from "../../core/errors.js";
import { parseQuantity } from "../../core/units.js";
import { maxMemoryBytes } from "../../kernels/arena.js";
import type { NeuronDeclaration } from "../../neuron-models/declaration.js";
import type { Dist, NetworkDescription } from "../description.js";
import { maxThreads } from "../partition.js";
import { estimateParts, expectedEdges } from "../size.js";

export interface ThreadChoice {
  readonly threads: number;
  /** Why, for the results; undefined where the caller chose. */
  readonly reason: string | undefined;
}

/** More are chosen only for the sake of memory. */
const maxChosen = 8;

/** ns. */
const perState = 1;
const perCall = 4;
const perPoissonInput = 5;
const perEvent = 1;
const perSynapse = 20;
const perExchange = 4000;
const perExchangeAndThread = 1000;
const stages: Readonly<Record<string, number>> = { heun: 2, rk4: 4 };
const elementary = /\b(?:exp|expm1|exprel|log|log1p|pow|sin|cos|tanh)\s*\(/g;
/** Hz: rates are not known before the run. */
const nominalRate = 5;
/** Of a run, ns: below it threads are not worth their start. */
const leastSaving = 0.5e9;
const leastSpeedup = 1.25;
/** Of the largest memory: what is certain to be needed may be that much of one. */
const memoryShare = 0.7;

/**
 * @param declarations of the populations.
 * @throws WbeError ARGUMENT for a number that cannot be; UNSUPPORTED for more than one without shared memory.
 */
export function chooseThreads(
  description: NetworkDescription,
  declarations: readonly NeuronDeclaration[],
  wanted: number | "auto" = "auto",
): ThreadChoice {
  const isShared = typeof SharedArrayBuffer !== "undefined";
  if (wanted === "auto") return estimateThreads(description, declarations, { ...countProcessors(), isShared });
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > maxThreads) {
    throw new WbeError("ARGUMENT", `expected 1 to ${maxThreads} threads or "auto", found ${wanted}`);
  }
  if (wanted > 1 && !isShared) {
    throw new WbeError("UNSUPPORTED", "threads need SharedArrayBuffer, which this page does not have", {
      remedy: "Serve it with the headers COOP same-origin and COEP require-corp, or run on one thread.",
    });
  }
  return { threads: wanted, reason: undefined };
}

export interface Machine {
  /** Threads that it runs at once. */
  readonly processors: number;
  /** Other work keeps them busy. */
  readonly isBusy: boolean;
  /** It has SharedArrayBuffer. */
  readonly isShared: boolean;
}

/** The number of threads that a network is worth on a machine. */
export function estimateThreads(
  description: NetworkDescription,
  declarations: readonly NeuronDeclaration[],
  { processors, isBusy, isShared }: Machine,
): ThreadChoice {
  const bytes = estimateParts(description, declarations, 1).reduce((sum, part) => sum + part.bytes, 0);
  const forMemory = Math.min(maxThreads, Math.ceil(bytes / (memoryShare * maxMemoryBytes)));
  const work = estimateWork(description, declarations);
  let [best, time] = [1, work.epoch];
  for (let n = 2; n <= Math.min(processors, maxChosen); n++) {
    const own = work.epoch / n + perExchange + n * perExchangeAndThread;
    if (own < time) [best, time] = [n, own];
  }
  const speedup = work.epoch / time;
  const saving = work.run * (1 - 1 / speedup);
  const isWorthIt = speedup >= leastSpeedup && saving >= leastSaving;
  const wanted = Math.max(isWorthIt ? best : 1, forMemory);
  if (wanted === 1) return { threads: 1, reason: "one thread: the network is too small to gain by more" };
  const needsWhole = listedByRow(description);
  if (needsWhole !== undefined) return { threads: 1, reason: `one thread: ${needsWhole} needs the whole network` };
  if (!isShared)
    return { threads: 1, reason: "one thread: this page has no SharedArrayBuffer (COOP and COEP headers)" };
  if (forMemory > 1 && forMemory >= best) {
    return { threads: forMemory, reason: `${forMemory} threads: each has a memory of at most 4 GiB` };
  }
  if (isBusy) return { threads: forMemory, reason: "one thread: the machine's processors are busy with other work" };
  const gain = `${speedup.toFixed(1)} times as fast as one by estimate`;
  return { threads: wanted, reason: `${wanted} threads: ${gain}` };
}

/** ns on one thread: of an epoch, and of construction and run. */
function estimateWork(
  { populations, projections, stimuli, dt, duration }: NetworkDescription,
  declarations: readonly NeuronDeclaration[],
): { epoch: number; run: number } {
  const sizeOf = new Map(populations.map(({ name, size }) => [name, size]));
  let step = 0;
  populations.forEach(({ name, size, method }, k) => {
    const { states, equations, functions, method: own } = declarations[k]!;
    const receptors = new Set(projections.filter(({ to }) => to === name).map(({ synapse }) => synapse));
    const calls = [equations, ...Object.values(functions ?? {})].join("\n").match(elementary)?.length ?? 0;
    const nStates = Object.keys(states).length + receptors.size;
    step += size * (perState * nStates + perCall * calls * (stages[method ?? own] ?? 1));
  });
  for (const { kind, population } of stimuli) {
    if (kind === "poisson") step += perPoissonInput * (sizeOf.get(population) ?? 0);
  }
  let synapses = 0;
  let epochSteps = 32;
  for (const { from, to, rule, delay } of projections) {
    const edges = expectedEdges(rule, sizeOf.get(from) ?? 0, sizeOf.get(to) ?? 0);
    synapses += edges;
    epochSteps = Math.min(epochSteps, Math.max(1, Math.floor(shortest(delay) / dt)));
  }
  step += synapses * (nominalRate / 1000) * dt * perEvent;
  return { epoch: epochSteps * step, run: synapses * perSynapse + (duration / dt) * step };
}

/** About the shortest of many delays, ms; 0 for what the build will refuse. */
function shortest(dist: Dist): number {
  const ms = (quantity: number | string): number => {
    const value = typeof quantity === "number" ? quantity : parseQuantity(quantity, "ms", "delay");
    return Number.isFinite(value) ? value : 0;
  };
  if (typeof dist !== "object") return ms(dist);
  if ("values" in dist) {
    let least = Number.POSITIVE_INFINITY;
    for (const value of dist.values) least = Math.min(least, ms(value));
    return least;
  }
  if ("uniform" in dist) return ms(dist.uniform[0]);
  const bounds = dist.redraw ?? dist.clip;
  const low = bounds ? ms(bounds[0]) : 0;
  if ("normal" in dist) return Math.max(low, ms(dist.normal[0]) - 3 * ms(dist.normal[1]));
  return Math.max(low, ms(dist.lognormal[0]) * Math.E ** (-3 * dist.lognormal[1]));
}

/** A projection with listed values that only the whole network can order (synapses.ts). */
function listedByRow({ projections }: NetworkDescription): string | undefined {
  const isListed = (dist: Dist): boolean => typeof dist === "object" && "values" in dist;
  const found = projections.find(
    ({ rule, weight, delay }) => rule.kind !== "edges" && (isListed(weight) || isListed(delay)),
  );
  return found && `the list of values of projection "${found.name ?? `${found.from}→${found.to}`}"`;
}
