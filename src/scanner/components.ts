/**
 * Connected components of a binary volume.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";

/** Neighbours that count: 6 share a face, 18 also an edge, 26 also a corner. */
export type Connectivity = 6 | 18 | 26;

export interface Components {
  /** 0 outside the mask, else 1..count, numbered by the first voxel in memory order. */
  labels: Uint32Array;
  count: number;
  /** Voxels of component k at sizes[k − 1]. */
  sizes: Uint32Array;
}

/**
 * Labels the connected components of the voxels where `mask` is not 0.
 *
 * Works on runs of voxels along x joined by union–find (two passes: runs and their unions, then the labels), so the
 * cost follows the number of runs. Components smaller than `minSize` are dropped and the rest numbered without gaps.
 *
 * Source: He, Chao & Suzuki 2008, "A run-based two-scan labeling algorithm", IEEE Trans Image Process 17:749,
 * carried to three dimensions.
 *
 * @param shape voxels along x, y, z; x fastest.
 * @throws WbeError ARGUMENT for a connectivity other than 6, 18, 26 or a mask that does not fit the shape.
 */
export function labelComponents(
  mask: Uint8Array,
  shape: readonly [number, number, number],
  connectivity: Connectivity,
  minSize = 1,
): Components {
  const [nx, ny, nz] = shape;
  if (mask.length !== nx * ny * nz) {
    throw new WbeError("ARGUMENT", `expected a mask of ${nx * ny * nz} voxels, found ${mask.length}`);
  }
  if (connectivity !== 6 && connectivity !== 18 && connectivity !== 26) {
    throw new WbeError("ARGUMENT", `expected connectivity 6, 18 or 26, found ${connectivity}`);
  }
  const runs = findRuns(mask, nx, ny * nz);
  const root = uniteRuns(runs, ny, nz, connectivity);
  return writeLabels(runs, root, nx, mask.length, minSize);
}

/** Runs of row r are rowStart[r] .. rowStart[r + 1] − 1; each covers x from first to last, both included. */
interface Runs {
  rowStart: Int32Array;
  first: Int32Array;
  last: Int32Array;
  n: number;
}

function findRuns(mask: Uint8Array, nx: number, nRows: number): Runs {
  const rowStart = new Int32Array(nRows + 1);
  let capacity = 1024 + nRows;
  let first = new Int32Array(capacity);
  let last = new Int32Array(capacity);
  let n = 0;
  for (let row = 0; row < nRows; row++) {
    rowStart[row] = n;
    // A row holds at most ceil(nx / 2) runs.
    if (n + nx / 2 + 1 > capacity) {
      capacity = 2 * capacity + nx;
      first = grown(first, capacity);
      last = grown(last, capacity);
    }
    const start = row * nx;
    let x = 0;
    while (x < nx) {
      while (x < nx && mask[start + x] === 0) x++;
      if (x === nx) break;
      first[n] = x;
      while (x < nx && mask[start + x] !== 0) x++;
      last[n++] = x - 1;
    }
  }
  rowStart[nRows] = n;
  return { rowStart, first, last, n };
}

function grown(array: Int32Array, capacity: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(capacity);
  larger.set(array);
  return larger;
}

/** For each run the first run of its component. */
function uniteRuns(runs: Runs, ny: number, nz: number, connectivity: Connectivity): Int32Array {
  const root = Int32Array.from({ length: runs.n }, (_, i) => i);
  // How far runs of a row that shares a face (or an edge) with this one may be apart along x.
  const besideFace = connectivity === 6 ? 0 : 1;
  const besideEdge = connectivity === 26 ? 1 : 0;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      const row = y + ny * z;
      if (y > 0) uniteRows(runs, root, row, row - 1, besideFace);
      if (z > 0) {
        uniteRows(runs, root, row, row - ny, besideFace);
        if (connectivity !== 6) {
          if (y > 0) uniteRows(runs, root, row, row - ny - 1, besideEdge);
          if (y < ny - 1) uniteRows(runs, root, row, row - ny + 1, besideEdge);
        }
      }
    }
  }
  for (let i = 0; i < runs.n; i++) root[i] = root[root[i]!]!;
  return root;
}

function uniteRows({ rowStart, first, last }: Runs, root: Int32Array, rowA: number, rowB: number, reach: number): void {
  let a = rowStart[rowA]!;
  let b = rowStart[rowB]!;
  const endA = rowStart[rowA + 1]!;
  const endB = rowStart[rowB + 1]!;
  while (a < endA && b < endB) {
    if (first[a]! <= last[b]! + reach && first[b]! <= last[a]! + reach) {
      let i = findRoot(root, a);
      let k = findRoot(root, b);
      // The smaller index stays the root, so that components are numbered by their first run.
      if (i > k) [i, k] = [k, i];
      root[k] = i;
    }
    if (last[a]! < last[b]!) a++;
    else b++;
  }
}

function findRoot(root: Int32Array, run: number): number {
  let i = run;
  while (root[i] !== i) {
    root[i] = root[root[i]!]!;
    i = root[i]!;
  }
  return i;
}

function writeLabels(runs: Runs, root: Int32Array, nx: number, nVoxels: number, minSize: number): Components {
  const { rowStart, first, last, n } = runs;
  const sizeOfRoot = new Uint32Array(n);
  for (let i = 0; i < n; i++) sizeOfRoot[root[i]!]! += last[i]! - first[i]! + 1;
  const labelOfRoot = new Uint32Array(n);
  const sizes: number[] = [];
  for (let i = 0; i < n; i++) {
    if (root[i] === i && sizeOfRoot[i]! >= minSize) labelOfRoot[i] = sizes.push(sizeOfRoot[i]!);
  }
  const labels = new Uint32Array(nVoxels);
  for (let row = 0; row < rowStart.length - 1; row++) {
    for (let i = rowStart[row]!; i < rowStart[row + 1]!; i++) {
      labels.fill(labelOfRoot[root[i]!]!, row * nx + first[i]!, row * nx + last[i]! + 1);
    }
  }
  return { labels, count: sizes.length, sizes: Uint32Array.from(sizes) };
}
