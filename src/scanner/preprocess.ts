/**
 * Grey levels made comparable before a segmentation: median, background, slices of uneven brightness, local contrast.
 *
 * All functions return new data; voxels are x fastest.
 *
 * @module
 */
import { requireInteger, requirePositive, requireWithin } from "../core/arguments.js";
import type { Volume } from "../core/volume.js";
import { blurInPlace } from "./gaussian.js";
import { checkVolume } from "./segmentation.js";

/** As the input, with grey levels in single precision. */
export interface GreyVolume extends Volume<Float32Array> {}

function greyOf(volume: Volume, data: Float32Array): GreyVolume {
  const { shape, voxelSize, origin } = volume;
  return { data, shape, voxelSize, origin };
}

/**
 * Median of the box of (2·radius + 1)³ voxels around each; beyond a border the border value is repeated. An axis of one voxel has
 * no neighbours.
 *
 * @param radius voxels, one number or one per axis; default 1.
 * @throws WbeError as for any volume; ARGUMENT for a radius that is no whole number from 0 to 16.
 */
export function medianFilter(volume: Volume, radius: number | readonly [number, number, number] = 1): GreyVolume {
  checkVolume(volume, "medianFilter");
  const { data, shape } = volume;
  const [nx, ny, nz] = shape;
  const reach = (typeof radius === "number" ? [radius, radius, radius] : radius).map((r) =>
    requireInteger(r, 0, 16, "radius", "medianFilter"),
  );
  const [rx, ry, rz] = reach as [number, number, number];
  const values = new Float64Array((2 * rx + 1) * (2 * ry + 1) * (2 * rz + 1));
  const out = new Float32Array(data.length);
  const clamp = (v: number, n: number) => (v < 0 ? 0 : v >= n ? n - 1 : v);
  for (let z = 0, i = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++, i++) {
        let n = 0;
        for (let c = z - rz; c <= z + rz; c++) {
          for (let b = y - ry; b <= y + ry; b++) {
            const row = nx * (clamp(b, ny) + ny * clamp(c, nz));
            for (let a = x - rx; a <= x + rx; a++) values[n++] = Number(data[row + clamp(a, nx)]);
          }
        }
        values.sort();
        out[i] = values[n >> 1]!;
      }
    }
  }
  return greyOf(volume, out);
}

/**
 * Takes away what varies slowly: the volume minus its Gaussian blur, plus the mean of that, so that the level stays.
 *
 * @param sigma um, larger than what is to be kept.
 * @throws WbeError as for any volume; ARGUMENT for a sigma that is not above 0.
 */
export function removeBackground(volume: Volume, sigma: number): GreyVolume {
  checkVolume(volume, "removeBackground");
  requirePositive(sigma, "sigma", "removeBackground");
  const { data, shape, voxelSize } = volume;
  const slow = Float32Array.from(data as ArrayLike<number>);
  blurInPlace(
    slow,
    shape,
    voxelSize.map((h, axis) => (shape[axis]! > 1 ? sigma / h : 0)) as unknown as [number, number, number],
  );
  const mean = slow.reduce((sum, v) => sum + v, 0) / slow.length;
  return greyOf(
    volume,
    Float32Array.from(slow, (v, i) => Number(data[i]) - v + mean),
  );
}

/**
 * Brings every slice (z) to the median and the median absolute deviation of the whole: sections of uneven thickness or staining. A
 * slice without spread is only shifted.
 *
 * @throws WbeError as for any volume.
 */
export function matchSlices(volume: Volume): GreyVolume {
  checkVolume(volume, "matchSlices");
  const { data, shape } = volume;
  const slice = shape[0] * shape[1];
  const whole = levelsOf(Float64Array.from(data as ArrayLike<number>));
  const out = new Float32Array(data.length);
  for (let start = 0; start < data.length; start += slice) {
    const part = Float64Array.from((data as Float32Array).subarray(start, start + slice));
    const { median, spread } = levelsOf(part.slice());
    const gain = spread > 0 && whole.spread > 0 ? whole.spread / spread : 1;
    for (let i = 0; i < slice; i++) out[start + i] = whole.median + gain * (part[i]! - median);
  }
  return greyOf(volume, out);
}

/** Sorts `values`. */
function levelsOf(values: Float64Array): { median: number; spread: number } {
  const middle = (sorted: Float64Array) => {
    const k = sorted.length >> 1;
    return sorted.length % 2 ? sorted[k]! : (sorted[k - 1]! + sorted[k]!) / 2;
  };
  const median = middle(values.sort());
  return { median, spread: middle(values.map((v) => Math.abs(v - median)).sort()) };
}

export interface ClaheOptions {
  /** Tiles along x and y; default 8 × 8, fewer in a smaller picture. */
  readonly tiles?: readonly [number, number];
  /** A bin may hold this many times the mean count before the rest is spread over all; default 4. */
  readonly clipLimit?: number;
  /** Default 256. */
  readonly bins?: number;
}

/**
 * Contrast-limited adaptive histogram equalisation of every slice; levels from 0 to 1.
 *
 * Source: Zuiderveld 1994, Graphics Gems IV:474.
 *
 * @throws WbeError as for any volume; ARGUMENT for options out of range.
 */
export function equalizeContrast(volume: Volume, options: ClaheOptions = {}): GreyVolume {
  const where = "equalizeContrast";
  checkVolume(volume, where);
  const { data, shape } = volume;
  const [nx, ny, nz] = shape;
  const bins = requireInteger(options.bins ?? 256, 2, 65536, "bins", where);
  const clip = requireWithin(options.clipLimit ?? 4, 1, 1e9, "clipLimit", where);
  const given = options.tiles ?? [8, 8];
  const tiles = [0, 1].map((axis) =>
    Math.min(requireInteger(given[axis]!, 1, 1024, "tiles", where), Math.max(1, shape[axis]! >> 1)),
  ) as [number, number];
  const out = new Float32Array(data.length);
  for (let z = 0; z < nz; z++) {
    const start = z * nx * ny;
    equalizeSlice((i) => Number(data[start + i]), out.subarray(start, start + nx * ny), [nx, ny], tiles, bins, clip);
  }
  return greyOf(volume, out);
}

function equalizeSlice(
  at: (i: number) => number,
  out: Float32Array,
  [nx, ny]: readonly [number, number],
  [tx, ty]: readonly [number, number],
  bins: number,
  clip: number,
): void {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < out.length; i++) {
    low = Math.min(low, at(i));
    high = Math.max(high, at(i));
  }
  if (!(high > low)) {
    out.fill(0);
    return;
  }
  const binOf = (i: number) => Math.min(bins - 1, Math.floor(((at(i) - low) / (high - low)) * bins));
  const edge = (n: number, parts: number, k: number) => Math.round((n * k) / parts);
  const maps: Float64Array[] = [];
  for (let b = 0; b < ty; b++) {
    for (let a = 0; a < tx; a++) {
      const counts = new Float64Array(bins);
      const [x0, x1, y0, y1] = [edge(nx, tx, a), edge(nx, tx, a + 1), edge(ny, ty, b), edge(ny, ty, b + 1)];
      for (let y = y0; y < y1; y++) for (let x = x0; x < x1; x++) counts[binOf(x + nx * y)]!++;
      maps.push(equalizingMap(counts, (x1 - x0) * (y1 - y0), clip));
    }
  }
  // Between the centres of four tiles their maps are mixed.
  const place = (v: number, n: number, parts: number) => {
    const f = Math.min(parts - 1, Math.max(0, ((v + 0.5) * parts) / n - 0.5));
    const first = Math.min(parts - 1, Math.floor(f));
    return { first, second: Math.min(parts - 1, first + 1), share: f - first };
  };
  for (let y = 0; y < ny; y++) {
    const v = place(y, ny, ty);
    for (let x = 0; x < nx; x++) {
      const u = place(x, nx, tx);
      const bin = binOf(x + nx * y);
      const mix = (row: number) =>
        (1 - u.share) * maps[u.first + tx * row]![bin]! + u.share * maps[u.second + tx * row]![bin]!;
      out[x + nx * y] = (1 - v.share) * mix(v.first) + v.share * mix(v.second);
    }
  }
}

/** The cumulative share of each bin after counts above the limit were spread evenly. */
function equalizingMap(counts: Float64Array, total: number, clip: number): Float64Array {
  const limit = (clip * total) / counts.length;
  let excess = 0;
  for (let b = 0; b < counts.length; b++) {
    if (counts[b]! <= limit) continue;
    excess += counts[b]! - limit;
    counts[b] = limit;
  }
  const extra = excess / counts.length;
  let sum = 0;
  return counts.map((n) => {
    sum += n + extra;
    return sum / total;
  });
}
