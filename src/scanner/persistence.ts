/**
 * The topology of a neuron's tree as a persistence diagram, and the distance between two of them.
 *
 * @module
 */

import { WbeError } from "../core/errors.js";
import { exp, pow } from "../core/math.js";
import type { Morphology } from "../core/morphology.js";
import { lengthOf } from "./geometry.js";
import { findStems, isCableLink } from "./morphometrics.js";
import { linkLength } from "./soma.js";

/** One bar a branch, in columns. */
export interface PersistenceDiagram {
  /** Value at the tip where the branch ends, um. */
  readonly birth: Float64Array;
  /** Value at the branch point (or stem) where it joins a longer one, um. */
  readonly death: Float64Array;
}

export interface PersistenceOptions {
  /** What is measured from the stem's first point: straight distance (default) or path along the tree. */
  readonly measure?: "radial" | "path";
}

/**
 * The diagram of all neurites: from each tip a branch runs towards the stem, and at each branch point only the one with the largest
 * value lives on; of equal ones the first.
 *
 * Source: Kanari et al. 2018, Neuroinformatics 16:3 (topological morphology descriptor).
 *
 * @returns bars in the order in which they end, stem by stem.
 */
export function persistenceDiagram(m: Morphology, options: PersistenceOptions = {}): PersistenceDiagram {
  const n = m.parent.length;
  const value = new Float64Array(n);
  const stem = new Int32Array(n).fill(-1);
  const children = new Int32Array(n);
  for (const i of findStems(m)) stem[i] = i;
  for (let i = 0; i < n; i++) {
    if (!isCableLink(m, i)) continue;
    const p = m.parent[i]!;
    const root = stem[p]!;
    stem[i] = root;
    children[p]!++;
    value[i] =
      options.measure === "path"
        ? value[p]! + linkLength(m, i)
        : lengthOf(m.x[i]! - m.x[root]!, m.y[i]! - m.y[root]!, m.z[i]! - m.z[root]!);
  }
  // The longest living branch below each point; children stand behind their parents.
  const living = new Float64Array(n).fill(-1);
  const birth: number[] = [];
  const death: number[] = [];
  for (let i = n - 1; i >= 0; i--) {
    if (stem[i]! < 0) continue;
    const carried = children[i] === 0 ? value[i]! : living[i]!;
    if (stem[i] === i) {
      birth.push(carried);
      death.push(0);
      continue;
    }
    const p = m.parent[i]!;
    if (living[p]! < 0) living[p] = carried;
    else {
      const [longer, shorter] = carried >= living[p]! ? [carried, living[p]!] : [living[p]!, carried];
      living[p] = longer;
      birth.push(shorter);
      death.push(value[p]!);
    }
  }
  return { birth: Float64Array.from(birth), death: Float64Array.from(death) };
}

/** Where an image of diagrams lies, um: births along columns, deaths along rows. */
export interface ImageFrame {
  readonly birth: readonly [number, number];
  readonly death: readonly [number, number];
  /** Samples along each side. */
  readonly size: number;
}

/** The frame that holds all of some diagrams. @throws WbeError EMPTY_INPUT when none has a bar. */
export function frameOf(diagrams: readonly PersistenceDiagram[], size = 100): ImageFrame {
  const range = (columns: readonly Float64Array[]): [number, number] => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const column of columns) {
      for (const v of column) {
        low = Math.min(low, v);
        high = Math.max(high, v);
      }
    }
    if (low > high) throw new WbeError("EMPTY_INPUT", "expected at least one bar, found none", { where: "frameOf" });
    return [low, high];
  };
  return { birth: range(diagrams.map((d) => d.birth)), death: range(diagrams.map((d) => d.death)), size };
}

/**
 * A diagram as a smooth image: the density of its bars by Gaussian kernels whose covariance is that of the bars times n^(−1/3)
 * (Scott's rule in two dimensions), divided by its maximum. size × size values, births fastest.
 *
 * @throws WbeError ARGUMENT when the bars lie on a line or are fewer than three: there is no density.
 */
export function persistenceImage({ birth, death }: PersistenceDiagram, frame: ImageFrame): Float64Array {
  const n = birth.length;
  const mean = (column: Float64Array) => column.reduce((sum, v) => sum + v, 0) / n;
  const [mb, md] = [mean(birth), mean(death)];
  let [bb, bd, dd] = [0, 0, 0];
  for (let k = 0; k < n; k++) {
    const [b, d] = [birth[k]! - mb, death[k]! - md];
    bb += b * b;
    bd += b * d;
    dd += d * d;
  }
  const determinant = bb * dd - bd * bd;
  if (n < 3 || !(determinant > 1e-12 * bb * dd)) {
    throw new WbeError("ARGUMENT", `expected three or more bars that spread in the plane, found ${n}`, {
      where: "persistenceImage",
      remedy: "Compare such simple trees by their bars.",
    });
  }
  // Inverse of covariance · n^(−2/6), twice as exponent.
  const scale = (n - 1) * pow(n, 1 / 3);
  const [ibb, ibd, idd] = [(scale * dd) / determinant, (-scale * bd) / determinant, (scale * bb) / determinant];
  const at = ([low, high]: readonly [number, number], k: number) =>
    low + ((high - low) * k) / Math.max(1, frame.size - 1);
  const image = new Float64Array(frame.size * frame.size);
  let largest = 0;
  for (let row = 0; row < frame.size; row++) {
    const y = at(frame.death, row);
    for (let column = 0; column < frame.size; column++) {
      const x = at(frame.birth, column);
      let sum = 0;
      for (let k = 0; k < n; k++) {
        const [b, d] = [x - birth[k]!, y - death[k]!];
        sum += exp(-0.5 * (ibb * b * b + 2 * ibd * b * d + idd * d * d));
      }
      image[column + frame.size * row] = sum;
      largest = Math.max(largest, sum);
    }
  }
  return largest > 0 ? image.map((v) => v / largest) : image;
}

/**
 * Distance of two trees by topology: the sum of absolute differences of their persistence images in the frame of both.
 * 0 for equal trees; at most size².
 *
 * Source: Kanari et al. 2018, Neuroinformatics 16:3.
 *
 * @throws as persistenceImage
 */
export function persistenceDistance(a: PersistenceDiagram, b: PersistenceDiagram, size = 100): number {
  const frame = frameOf([a, b], size);
  const [imageA, imageB] = [persistenceImage(a, frame), persistenceImage(b, frame)];
  return imageA.reduce((sum, v, k) => sum + Math.abs(v - imageB[k]!), 0);
}
