/**
 * Exact Euclidean distance to the boundary of every label.
 *
 * @module
 */
import { square } from "./geometry.js";

/**
 * For every voxel of a label, the distance (um) from its centre to the nearest voxel centre that does not carry
 * that label; outside the volume counts as not carrying it. 0 on background (label 0). Labels that touch bound each
 * other. One pass per axis over all labels at once; linear in the number of voxels.
 *
 * Source: Felzenszwalb & Huttenlocher 2012, "Distance transforms of sampled functions", Theory Comput 8:415
 * (lower envelope of parabolas), on runs of one label per line.
 *
 * @param shape voxels along x, y, z; x fastest. @param voxelSize um along x, y, z.
 */
export function distanceToBoundary(
  labels: ArrayLike<number>,
  shape: readonly [number, number, number],
  voxelSize: readonly [number, number, number],
): Float32Array {
  const [nx, ny, nz] = shape;
  const squared = new Float64Array(nx * ny * nz);
  firstAxis(labels, squared, nx, ny * nz, voxelSize[0]);
  const lines = new Lines(Math.max(ny, nz));
  for (let z = 0; z < nz; z++) {
    for (let x = 0; x < nx; x++) lines.transform(labels, squared, x + nx * ny * z, nx, ny, voxelSize[1]);
  }
  for (let i = 0; i < nx * ny; i++) lines.transform(labels, squared, i, nx * ny, nz, voxelSize[2]);
  return Float32Array.from(squared, Math.sqrt);
}

/** Along x the distance is simply that to the nearer end of the run of equal labels. */
function firstAxis(labels: ArrayLike<number>, squared: Float64Array, nx: number, nRows: number, h: number): void {
  for (let row = 0; row < nRows; row++) {
    const start = row * nx;
    for (let x = 0; x < nx; ) {
      const label = labels[start + x]!;
      let end = x + 1;
      while (end < nx && labels[start + end] === label) end++;
      if (label !== 0) {
        for (let i = x; i < end; i++) squared[start + i] = square(h * Math.min(i - x + 1, end - i));
      }
      x = end;
    }
  }
}

/** One line of voxels at a time; scratch arrays are kept between lines. */
class Lines {
  readonly #f: Float64Array;
  /** Lower envelope: parabola k has its vertex at #vertex[k] and is lowest from #from[k] to #from[k + 1]. */
  readonly #vertex: Int32Array;
  readonly #from: Float64Array;

  constructor(longest: number) {
    this.#f = new Float64Array(longest);
    this.#vertex = new Int32Array(longest);
    this.#from = new Float64Array(longest + 1);
  }

  /** Updates the squared distances of a line of n voxels that starts at `start` with the given stride. */
  transform(
    labels: ArrayLike<number>,
    squared: Float64Array,
    start: number,
    stride: number,
    n: number,
    h: number,
  ): void {
    for (let at = 0; at < n; ) {
      const label = labels[start + at * stride]!;
      let end = at + 1;
      while (end < n && labels[start + end * stride] === label) end++;
      if (label !== 0) this.#run(squared, start + at * stride, stride, end - at, h * h);
      at = end;
    }
  }

  #run(squared: Float64Array, start: number, stride: number, n: number, h2: number): void {
    const f = this.#f;
    const vertex = this.#vertex;
    const from = this.#from;
    for (let i = 0; i < n; i++) f[i] = squared[start + i * stride]!;
    let k = 0;
    vertex[0] = 0;
    from[0] = Number.NEGATIVE_INFINITY;
    from[1] = Number.POSITIVE_INFINITY;
    for (let q = 1; q < n; q++) {
      let s = intersection(f, vertex[k]!, q, h2);
      while (s <= from[k]!) s = intersection(f, vertex[--k]!, q, h2);
      vertex[++k] = q;
      from[k] = s;
      from[k + 1] = Number.POSITIVE_INFINITY;
    }
    k = 0;
    for (let i = 0; i < n; i++) {
      while (from[k + 1]! < i) k++;
      const toEnd = Math.min(i + 1, n - i);
      squared[start + i * stride] = Math.min(h2 * square(i - vertex[k]!) + f[vertex[k]!]!, h2 * toEnd * toEnd);
    }
  }
}

function intersection(f: Float64Array, p: number, q: number, h2: number): number {
  return (f[q]! - f[p]! + h2 * (q * q - p * p)) / (2 * h2 * (q - p));
}
