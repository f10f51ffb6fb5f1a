/**
 * Discrete Fourier transforms of any length, with the same bits on every engine.
 *
 * @module
 */
import { cos, sin } from "./math.js";

/**
 * Fourier transforms of one length, in place: powers of two by the radix-2 algorithm, others as a convolution of chirps of
 * a power of two (Bluestein 1970, IEEE Trans Audio Electroacoust 18:451). Tables are made once.
 */
export class FourierTransform {
  readonly length: number;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  readonly #chirp: Chirp | undefined;

  /** @param length 1 or more. */
  constructor(length: number) {
    this.length = length;
    const isPower = (length & (length - 1)) === 0;
    const half = isPower ? length >> 1 : 0;
    this.#cos = Float64Array.from({ length: half }, (_, k) => cos((2 * Math.PI * k) / length));
    this.#sin = Float64Array.from({ length: half }, (_, k) => sin((2 * Math.PI * k) / length));
    this.#chirp = isPower ? undefined : makeChirp(length);
  }

  /** Σ_t x_t e^(−2πi kt/n), in place. */
  forward(re: Float64Array, im: Float64Array): void {
    if (this.#chirp) this.#bluestein(this.#chirp, re, im);
    else this.#radix2(re, im);
  }

  /** The inverse of `forward`, divided by the length. */
  inverse(re: Float64Array, im: Float64Array): void {
    this.forward(im, re);
    for (let k = 0; k < this.length; k++) {
      re[k]! /= this.length;
      im[k]! /= this.length;
    }
  }

  #radix2(re: Float64Array, im: Float64Array): void {
    const n = this.length;
    for (let i = 1, j = 0; i < n; i++) {
      let bit = n >> 1;
      for (; j & bit; bit >>= 1) j ^= bit;
      j ^= bit;
      if (i >= j) continue;
      [re[i], re[j]] = [re[j]!, re[i]!];
      [im[i], im[j]] = [im[j]!, im[i]!];
    }
    for (let size = 2; size <= n; size *= 2) {
      const half = size >> 1;
      const stride = n / size;
      for (let start = 0; start < n; start += size) {
        for (let k = 0; k < half; k++) {
          const c = this.#cos[k * stride]!;
          const s = this.#sin[k * stride]!;
          const a = start + k;
          const b = a + half;
          const x = re[b]! * c + im[b]! * s;
          const y = im[b]! * c - re[b]! * s;
          re[b] = re[a]! - x;
          im[b] = im[a]! - y;
          re[a]! += x;
          im[a]! += y;
        }
      }
    }
  }

  #bluestein({ inner, cos: c, sin: s, kernelRe, kernelIm }: Chirp, re: Float64Array, im: Float64Array): void {
    const n = this.length;
    const x = new Float64Array(inner.length);
    const y = new Float64Array(inner.length);
    for (let k = 0; k < n; k++) {
      x[k] = re[k]! * c[k]! + im[k]! * s[k]!;
      y[k] = im[k]! * c[k]! - re[k]! * s[k]!;
    }
    inner.forward(x, y);
    for (let k = 0; k < inner.length; k++) {
      const a = x[k]! * kernelRe[k]! - y[k]! * kernelIm[k]!;
      y[k] = x[k]! * kernelIm[k]! + y[k]! * kernelRe[k]!;
      x[k] = a;
    }
    inner.inverse(x, y);
    for (let k = 0; k < n; k++) {
      re[k] = x[k]! * c[k]! + y[k]! * s[k]!;
      im[k] = y[k]! * c[k]! - x[k]! * s[k]!;
    }
  }
}

interface Chirp {
  readonly inner: FourierTransform;
  readonly cos: Float64Array;
  readonly sin: Float64Array;
  readonly kernelRe: Float64Array;
  readonly kernelIm: Float64Array;
}

function makeChirp(n: number): Chirp {
  let size = 1;
  while (size < 2 * n - 1) size *= 2;
  const inner = new FourierTransform(size);
  // k² modulo 2n: the angle stays small and exact for long signals.
  const angle = (k: number) => (Math.PI * ((k * k) % (2 * n))) / n;
  const c = Float64Array.from({ length: n }, (_, k) => cos(angle(k)));
  const s = Float64Array.from({ length: n }, (_, k) => sin(angle(k)));
  const kernelRe = new Float64Array(inner.length);
  const kernelIm = new Float64Array(inner.length);
  for (let k = 0; k < n; k++) {
    kernelRe[k] = c[k]!;
    kernelIm[k] = s[k]!;
    if (k > 0) {
      kernelRe[inner.length - k] = c[k]!;
      kernelIm[inner.length - k] = s[k]!;
    }
  }
  inner.forward(kernelRe, kernelIm);
  return { inner, cos: c, sin: s, kernelRe, kernelIm };
}
