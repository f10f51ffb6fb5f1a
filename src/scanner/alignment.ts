/**
 * Shifts between pictures by phase correlation, and slices of a stack put in line.
 *
 * @module
 */
import { requireInteger, requireWithin } from "../core/arguments.js";
import { WbeError } from "../core/errors.js";
import { FourierTransform } from "../core/fourier.js";
import { cos, sin } from "../core/math.js";
import { type LongCallOptions, throwIfCancelled } from "../core/progress.js";
import type { Volume } from "../core/volume.js";
import { samplerOf } from "./resample.js";
import { checkVolume } from "./segmentation.js";

type Triple = [number, number, number];

export interface PhaseCorrelationOptions {
  /** Parts of a voxel that are told apart; default 1 (whole voxels). */
  readonly upsampling?: number;
}

/**
 * By how many voxels `moving` must be shifted to lie on `fixed`, along x, y, z: the peak of the phase correlation, refined on a grid of
 * 1/upsampling voxel around it. The pictures are taken as periodic; shifts are within half of the shape. 0 along an axis of one voxel.
 *
 * Sources: Kuglin & Hines 1975, Proc Int Conf Cybern Soc: 163; Guizar-Sicairos et al. 2008, Opt Lett 33:156 (refinement).
 *
 * @throws WbeError as for any volume; ARGUMENT when the shapes differ or upsampling is no whole number from 1 to 1000.
 */
export function phaseCorrelation(
  fixed: Pick<Volume, "data" | "shape">,
  moving: Pick<Volume, "data" | "shape">,
  options: PhaseCorrelationOptions = {},
): Triple {
  const where = "phaseCorrelation";
  const { shape } = fixed;
  if (shape.some((n, axis) => n !== moving.shape[axis])) {
    throw new WbeError("ARGUMENT", `expected one shape, found ${shape.join(" x ")} and ${moving.shape.join(" x ")}`, {
      where,
    });
  }
  const frame = { voxelSize: [1, 1, 1], origin: [0, 0, 0] } as const;
  checkVolume({ ...fixed, ...frame }, where);
  checkVolume({ ...moving, ...frame }, where);
  const upsampling = requireInteger(options.upsampling ?? 1, 1, 1000, "upsampling", where);
  const product = crossPower(fixed, moving);
  const { re, im } = { re: product.re.slice(), im: product.im.slice() };
  transform3(re, im, shape, "inverse");
  let best = 0;
  const size = (i: number) => re[i]! * re[i]! + im[i]! * im[i]!;
  for (let i = 1; i < re.length; i++) if (size(i) > size(best)) best = i;
  const at = [best % shape[0], Math.floor(best / shape[0]) % shape[1], Math.floor(best / (shape[0] * shape[1]))];
  const shift = at.map((v, axis) => (v > Math.trunc(shape[axis]! / 2) ? v - shape[axis]! : v)) as Triple;
  const refined = upsampling === 1 ? shift : refine(product, shape, shift, upsampling);
  return refined.map((v, axis) => (shape[axis] === 1 ? 0 : v)) as Triple;
}

interface Complex {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** F · conj(M) / |F · conj(M)|. */
function crossPower(fixed: Pick<Volume, "data" | "shape">, moving: Pick<Volume, "data" | "shape">): Complex {
  const spectrum = ({ data, shape }: Pick<Volume, "data" | "shape">): Complex => {
    const re = Float64Array.from(data as ArrayLike<number>);
    const im = new Float64Array(re.length);
    transform3(re, im, shape, "forward");
    return { re, im };
  };
  const [f, m] = [spectrum(fixed), spectrum(moving)];
  // As small as rounding makes it: no phase.
  const least = 100 * Number.EPSILON;
  for (let i = 0; i < f.re.length; i++) {
    const re = f.re[i]! * m.re[i]! + f.im[i]! * m.im[i]!;
    const im = f.im[i]! * m.re[i]! - f.re[i]! * m.im[i]!;
    const size = Math.max(Math.sqrt(re * re + im * im), least);
    f.re[i] = re / size;
    f.im[i] = im / size;
  }
  return f;
}

/** Fourier transform along x, y and z, in place. */
function transform3(
  re: Float64Array,
  im: Float64Array,
  shape: readonly number[],
  direction: "forward" | "inverse",
): void {
  let stride = 1;
  for (const n of shape) {
    const transform = new FourierTransform(n);
    const lineRe = new Float64Array(n);
    const lineIm = new Float64Array(n);
    for (let outer = 0; n > 1 && outer < re.length; outer += n * stride) {
      for (let inner = 0; inner < stride; inner++) {
        const start = outer + inner;
        for (let i = 0; i < n; i++) {
          lineRe[i] = re[start + i * stride]!;
          lineIm[i] = im[start + i * stride]!;
        }
        transform[direction](lineRe, lineIm);
        for (let i = 0; i < n; i++) {
          re[start + i * stride] = lineRe[i]!;
          im[start + i * stride] = lineIm[i]!;
        }
      }
    }
    stride *= n;
  }
}

/** The peak on a grid of 1/upsampling voxel, 1.5 voxels wide, around a shift: the inverse transform at those places only. */
function refine(
  { re, im }: Complex,
  shape: readonly [number, number, number],
  shift: Triple,
  upsampling: number,
): Triple {
  const width = Math.ceil(1.5 * upsampling);
  const middle = Math.trunc(width / 2);
  const places = shape.map((n, axis) =>
    n === 1 ? [0] : Array.from({ length: width }, (_, i) => shift[axis]! + (i - middle) / upsampling),
  );
  let data: Complex = { re, im };
  let rest: number[] = [...shape];
  // One axis after the other, always the fastest; the result's axis goes to the end.
  for (const axis of [0, 1, 2] as const) {
    const n = shape[axis]!;
    const { length: m } = places[axis]!;
    const others = data.re.length / n;
    const next: Complex = { re: new Float64Array(m * others), im: new Float64Array(m * others) };
    for (let j = 0; j < m; j++) {
      const c = new Float64Array(n);
      const s = new Float64Array(n);
      for (let k = 0; k < n; k++) {
        const frequency = (2 * k < n ? k : k - n) / n;
        const angle = 2 * Math.PI * frequency * places[axis]![j]!;
        c[k] = cos(angle);
        s[k] = sin(angle);
      }
      for (let o = 0; o < others; o++) {
        let [x, y] = [0, 0];
        for (let k = 0; k < n; k++) {
          const [a, b] = [data.re[o * n + k]!, data.im[o * n + k]!];
          x += a * c[k]! - b * s[k]!;
          y += a * s[k]! + b * c[k]!;
        }
        next.re[o + others * j] = x;
        next.im[o + others * j] = y;
      }
    }
    data = next;
    rest = [...rest.slice(1), m];
  }
  let best = 0;
  const size = (i: number) => data.re[i]! * data.re[i]! + data.im[i]! * data.im[i]!;
  for (let i = 1; i < data.re.length; i++) if (size(i) > size(best)) best = i;
  const [mx, my] = [rest[0]!, rest[1]!];
  const at = [best % mx, Math.floor(best / mx) % my, Math.floor(best / (mx * my))];
  return at.map((i, axis) => places[axis]![i]!) as Triple;
}

export interface AlignSlicesOptions extends PhaseCorrelationOptions, LongCallOptions {
  /** A slice is not shifted against the one before by more than this, voxels along x or y; default a quarter of the shape. */
  readonly maxShift?: number;
}

export interface AlignedSlices {
  readonly volume: Volume<Float32Array>;
  /** Of each slice, along x and y, voxels. */
  readonly shifts: readonly (readonly [number, number])[];
  readonly warnings: readonly string[];
}

/**
 * Puts the slices (z) of a stack in line: each is shifted by its phase correlation with the one before, added up from the first. What
 * moves in from outside is the slice's mean. A step beyond maxShift is not believed: it is left out, and said.
 *
 * @param onProgress of the options: slices done, of all.
 * @throws WbeError as for any volume; ARGUMENT for options out of range; CANCELLED.
 */
export function alignSlices(volume: Volume, options: AlignSlicesOptions = {}): AlignedSlices {
  const where = "alignSlices";
  checkVolume(volume, where);
  const { data, shape, voxelSize, origin } = volume;
  const [nx, ny, nz] = shape;
  const maxShift = requireWithin(options.maxShift ?? Math.max(nx, ny) / 4, 0, 1e9, "maxShift", where);
  const slice = (z: number) => ({
    data: Float32Array.from({ length: nx * ny }, (_, i) => Number(data[z * nx * ny + i])),
    shape: [nx, ny, 1] as const,
  });
  const shifts: [number, number][] = [[0, 0]];
  const warnings: string[] = [];
  const out = new Float32Array(data.length);
  let before = slice(0);
  out.set(before.data);
  for (let z = 1; z < nz; z++) {
    throwIfCancelled(options.signal, "the alignment");
    const here = slice(z);
    const [dx, dy] = phaseCorrelation(before, here, options);
    const isBelieved = Math.abs(dx) <= maxShift && Math.abs(dy) <= maxShift;
    if (!isBelieved)
      warnings.push(`slice ${z}: a shift of (${dx}, ${dy}) voxels is beyond ${maxShift} and was left out`);
    const [px, py] = shifts[z - 1]!;
    const total: [number, number] = isBelieved ? [px + dx, py + dy] : [px, py];
    shifts.push(total);
    const mean = here.data.reduce((sum, v) => sum + v, 0) / here.data.length;
    const sample = samplerOf(here, "linear", mean);
    for (let y = 0, i = z * nx * ny; y < ny; y++) {
      for (let x = 0; x < nx; x++, i++) out[i] = sample(x - total[0], y - total[1], 0);
    }
    before = here;
    options.onProgress?.(z + 1, nz);
  }
  return { volume: { data: out, shape, voxelSize, origin }, shifts, warnings };
}
