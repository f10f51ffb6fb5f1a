/**
 * Putative synapses from where axons come close to dendrites and somata.
 *
 * @module
 */
import { requireFinite, requireInteger, requirePositive, requireWithin } from "../core/arguments.js";
import { WbeError } from "../core/errors.js";
import { type Morphology, SwcType } from "../core/morphology.js";
import { type LongCallOptions, throwIfCancelled } from "../core/progress.js";
import { RandomStream } from "../core/random.js";
import { Stream } from "../core/streams.js";
import { closestPoints } from "./closest-points.js";
import { isCableLink, measurePathLengths } from "./morphometrics.js";
import { linkLength } from "./soma.js";

export interface TouchOptions extends LongCallOptions {
  /** Largest gap between the surfaces of axon and target, um; default 2, about a bouton and a spine. */
  readonly maxGap?: number;
  /** Touches of one axon with one target neuron are at least this far apart along the axon, um; default 5. */
  readonly spacing?: number;
  /** SWC types that send; default axon (2). */
  readonly axonTypes?: readonly number[];
  /** SWC types that receive; default soma, basal, apical (1, 3, 4). */
  readonly targetTypes?: readonly number[];
  /** Whether a neuron may touch itself; default false. */
  readonly autapses?: boolean;
  /** Boutons per um of axon: of more touches only so many are kept, drawn evenly; all are kept when absent. */
  readonly boutonDensity?: number;
  /** For the draw; default 0. */
  readonly seed?: number;
}

/** One row a touch, sorted by source neuron, then along its axon. */
export interface Touches {
  /** Indices of the neurons in the list that was given. */
  readonly source: Uint32Array;
  readonly target: Uint32Array;
  /** Point of the source whose link to its parent holds the touch, and how far along: 0 at the parent, 1 at the point. */
  readonly sourcePoint: Uint32Array;
  readonly sourceFraction: Float64Array;
  readonly targetPoint: Uint32Array;
  readonly targetFraction: Float64Array;
  /** Between the surfaces, um; negative where they overlap. */
  readonly gap: Float64Array;
  /** um, along the trees from their roots to the touch. */
  readonly sourcePath: Float64Array;
  readonly targetPath: Float64Array;
  /** um, the middle between the two axes. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
  /** Touches of each neuron's axon before the draw by bouton density. */
  readonly candidates: Uint32Array;
}

interface Touch {
  source: number;
  target: number;
  sourcePoint: number;
  sourceFraction: number;
  targetPoint: number;
  targetFraction: number;
  gap: number;
  sourcePath: number;
  targetPath: number;
  x: number;
  y: number;
  z: number;
}

/**
 * Finds touches between neurons whose trees stand in one frame. Links are cones: the gap is the least distance of the axes minus
 * the radii there. A soma is a ball around its points.
 *
 * Sources: Peters & Feldman 1976, J Neurocytol 5:63 (the rule); Reimann et al. 2015, Front Comput Neurosci 9:120 (touches and
 * their pruning to bouton densities).
 *
 * @param onProgress of the options: axons done, of all neurons.
 * @throws WbeError EMPTY_INPUT without neurons; ARGUMENT for options out of range; CANCELLED.
 */
export function findTouches(morphologies: readonly Morphology[], options: TouchOptions = {}): Touches {
  const where = "findTouches";
  if (morphologies.length === 0) throw new WbeError("EMPTY_INPUT", "expected neurons, found none", { where });
  const maxGap = requireWithin(options.maxGap ?? 2, 0, 1e6, "maxGap", where);
  const spacing = requireWithin(options.spacing ?? 5, 0, 1e9, "spacing", where);
  const density =
    options.boutonDensity === undefined ? undefined : requirePositive(options.boutonDensity, "boutonDensity", where);
  const seed = requireInteger(options.seed ?? 0, 0, 2 ** 32 - 1, "seed", where);
  const axonTypes = new Set(options.axonTypes ?? [SwcType.axon]);
  const targetTypes = new Set(options.targetTypes ?? [SwcType.soma, SwcType.basal, SwcType.apical]);
  for (const [k, m] of morphologies.entries()) {
    for (const [name, column] of Object.entries({ x: m.x, y: m.y, z: m.z, radius: m.radius })) {
      for (const v of column) requireFinite(v, name, `${where}: neuron ${k}`);
    }
  }
  const paths = morphologies.map(measurePathLengths);
  const grid = new LinkGrid(
    morphologies,
    (m, i) => isSender(m, i, axonTypes),
    (m, i) => targetTypes.has(m.type[i]!),
    maxGap,
  );
  const candidates = new Uint32Array(morphologies.length);
  const kept: Touch[] = [];
  for (const [source, m] of morphologies.entries()) {
    throwIfCancelled(options.signal, "the search for touches");
    const found: Touch[] = [];
    let axonLength = 0;
    for (let i = 0; i < m.parent.length; i++) {
      if (!isSender(m, i, axonTypes)) continue;
      axonLength += linkLength(m, i);
      for (const touch of touchesOfLink(morphologies, paths, grid, source, i, maxGap)) {
        if (touch.target !== source || options.autapses === true) found.push(touch);
      }
    }
    const apart = keepApart(found, spacing);
    candidates[source] = apart.length;
    const share = density === undefined || apart.length === 0 ? 1 : (density * axonLength) / apart.length;
    const random = new RandomStream(seed, Stream.sampling, source);
    kept.push(...(share >= 1 ? apart : apart.filter(() => random.uniform() < share)));
    options.onProgress?.(source + 1, morphologies.length);
  }
  const f64 = (key: "sourceFraction" | "targetFraction" | "gap" | "sourcePath" | "targetPath" | "x" | "y" | "z") =>
    Float64Array.from(kept, (touch) => touch[key]);
  const u32 = (key: "source" | "target" | "sourcePoint" | "targetPoint") =>
    Uint32Array.from(kept, (touch) => touch[key]);
  return {
    source: u32("source"),
    target: u32("target"),
    sourcePoint: u32("sourcePoint"),
    sourceFraction: f64("sourceFraction"),
    targetPoint: u32("targetPoint"),
    targetFraction: f64("targetFraction"),
    gap: f64("gap"),
    sourcePath: f64("sourcePath"),
    targetPath: f64("targetPath"),
    x: f64("x"),
    y: f64("y"),
    z: f64("z"),
    candidates,
  };
}

function isSender(m: Morphology, i: number, types: ReadonlySet<number>): boolean {
  return types.has(m.type[i]!) && isCableLink(m, i);
}

/** The nearest place of each target neuron to one link of an axon, where it is near enough. */
function touchesOfLink(
  morphologies: readonly Morphology[],
  paths: readonly Float64Array[],
  grid: LinkGrid,
  source: number,
  i: number,
  maxGap: number,
): Iterable<Touch> {
  const nearest = new Map<number, Touch>();
  const m = morphologies[source]!;
  const p = m.parent[i]!;
  for (const link of grid.around(m, i)) {
    const target = grid.neuron[link]!;
    const to = morphologies[target]!;
    const j = grid.point[link]!;
    const q = grid.from[link]!;
    if (target === source && (j === i || j === p || q === i)) continue;
    const close = closestPoints(axisOf(m, p, i), axisOf(to, q, j));
    const radiusHere = m.radius[p]! + close.s * (m.radius[i]! - m.radius[p]!);
    const radiusThere = to.radius[q]! + close.t * (to.radius[j]! - to.radius[q]!);
    const gap = close.distance - radiusHere - radiusThere;
    if (gap > maxGap || gap >= (nearest.get(target)?.gap ?? Number.POSITIVE_INFINITY)) continue;
    const [pathHere, pathThere] = [paths[source]!, paths[target]!];
    nearest.set(target, {
      source,
      target,
      sourcePoint: i,
      sourceFraction: close.s,
      targetPoint: j,
      targetFraction: close.t,
      gap,
      sourcePath: pathHere[p]! + close.s * (pathHere[i]! - pathHere[p]!),
      targetPath: pathThere[q]! + close.t * (pathThere[j]! - pathThere[q]!),
      x: close.middle[0],
      y: close.middle[1],
      z: close.middle[2],
    });
  }
  return nearest.values();
}

function axisOf(m: Morphology, from: number, to: number) {
  return [m.x[from]!, m.y[from]!, m.z[from]!, m.x[to]!, m.y[to]!, m.z[to]!] as const;
}

/** Of touches with one target that are nearer than `spacing` along the axon, the closest is kept. */
function keepApart(touches: Touch[], spacing: number): Touch[] {
  const byTarget = new Map<number, Touch[]>();
  for (const touch of touches) {
    const list = byTarget.get(touch.target) ?? [];
    byTarget.set(touch.target, list);
    list.push(touch);
  }
  const kept: Touch[] = [];
  for (const list of byTarget.values()) {
    // Closest first; branches of one axon at equal path lengths are told apart by the place itself.
    list.sort((a, b) => a.gap - b.gap || a.sourcePoint - b.sourcePoint);
    const chosen: Touch[] = [];
    for (const touch of list) {
      const isFree = chosen.every(
        (other) =>
          Math.abs(other.sourcePath - touch.sourcePath) >= spacing ||
          Math.max(Math.abs(other.x - touch.x), Math.abs(other.y - touch.y), Math.abs(other.z - touch.z)) >= spacing,
      );
      if (isFree) chosen.push(touch);
    }
    kept.push(...chosen);
  }
  return kept.sort(
    (a, b) => a.sourcePoint - b.sourcePoint || a.sourceFraction - b.sourceFraction || a.target - b.target,
  );
}

/** Links that receive, by the boxes of a grid that they can be reached from. */
class LinkGrid {
  /** Of each link: its neuron, its point and the point that it comes from (the same for a lone soma point). */
  readonly neuron: number[] = [];
  readonly point: number[] = [];
  readonly from: number[] = [];
  readonly #boxes = new Map<string, number[]>();
  readonly #width: number;
  /** Which links have been given out in a search. */
  readonly #seen: number[] = [];
  #search = 0;

  constructor(
    morphologies: readonly Morphology[],
    isAxon: (m: Morphology, i: number) => boolean,
    isTarget: (m: Morphology, i: number) => boolean,
    maxGap: number,
  ) {
    let thickest = 0;
    let longest = 0;
    let n = 0;
    for (const m of morphologies) {
      for (let i = 0; i < m.parent.length; i++) {
        if (!isAxon(m, i)) continue;
        thickest = Math.max(thickest, m.radius[i]!, m.radius[m.parent[i]!]!);
        longest += linkLength(m, i);
        n++;
      }
    }
    // About as wide as an axon's links, so that each looks into few boxes.
    this.#width = Math.max(2 * maxGap, n > 0 ? (2 * longest) / n : 0, 1);
    for (const [neuron, m] of morphologies.entries()) {
      for (let i = 0; i < m.parent.length; i++) {
        if (!isTarget(m, i)) continue;
        const p = m.parent[i]!;
        const isJoined = p >= 0 && (isCableLink(m, i) || (m.type[i] === SwcType.soma && m.type[p] === SwcType.soma));
        // A first neurite point beside the soma is reached by the link to its own child.
        if (!isJoined && m.type[i] !== SwcType.soma) continue;
        const from = isJoined ? p : i;
        const link = this.neuron.push(neuron) - 1;
        this.point.push(i);
        this.from.push(from);
        this.#seen.push(0);
        const reach = maxGap + thickest + Math.max(m.radius[i]!, m.radius[from]!);
        for (const key of this.#boxesOf(m, from, i, reach)) {
          const box = this.#boxes.get(key) ?? [];
          this.#boxes.set(key, box);
          box.push(link);
        }
      }
    }
  }

  /** Links that may be near the link of point i to its parent, each once. */
  *around(m: Morphology, i: number): Iterable<number> {
    this.#search++;
    for (const key of this.#boxesOf(m, m.parent[i]!, i, 0)) {
      for (const link of this.#boxes.get(key) ?? []) {
        if (this.#seen[link] === this.#search) continue;
        this.#seen[link] = this.#search;
        yield link;
      }
    }
  }

  *#boxesOf(m: Morphology, a: number, b: number, reach: number): Iterable<string> {
    const range = (column: Float64Array) => {
      const [low, high] = [Math.min(column[a]!, column[b]!) - reach, Math.max(column[a]!, column[b]!) + reach];
      return [Math.floor(low / this.#width), Math.floor(high / this.#width)] as const;
    };
    const [x, y, z] = [range(m.x), range(m.y), range(m.z)];
    for (let k = z[0]; k <= z[1]; k++) {
      for (let j = y[0]; j <= y[1]; j++) for (let i = x[0]; i <= x[1]; i++) yield `${i},${j},${k}`;
    }
  }
}
