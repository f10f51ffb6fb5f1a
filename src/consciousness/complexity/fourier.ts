/**
 * What complexity measures make of Fourier transforms: power spectrum, analytic signal; and the trend of a series.
 *
 * @module
 */
import { FourierTransform } from "../../core/fourier.js";

/** The analytic signal: re is the signal, im its Hilbert transform (over the record taken as a period). */
export function analyticSignal(series: Float64Array, transform = new FourierTransform(series.length)) {
  const n = series.length;
  const re = Float64Array.from(series);
  const im = new Float64Array(n);
  transform.forward(re, im);
  for (let k = 1; k < n; k++) {
    const factor = 2 * k < n ? 2 : 2 * k === n ? 1 : 0;
    re[k]! *= factor;
    im[k]! *= factor;
  }
  transform.inverse(re, im);
  return { re, im };
}

/** One-sided power at the frequencies k/n, k = 0 … n/2, of the series less its mean; not normalised. */
export function powerSpectrum(series: Float64Array): Float64Array {
  const n = series.length;
  const mean = series.reduce((sum, x) => sum + x, 0) / n;
  const re = series.map((x) => x - mean);
  const im = new Float64Array(n);
  new FourierTransform(n).forward(re, im);
  return Float64Array.from({ length: Math.floor(n / 2) + 1 }, (_, k) => {
    const power = re[k]! * re[k]! + im[k]! * im[k]!;
    return k === 0 || 2 * k === n ? power : 2 * power;
  });
}

/** The series less its least-squares line. */
export function detrend(series: Float64Array): Float64Array {
  const n = series.length;
  let mean = 0;
  for (const x of series) mean += x / n;
  const middle = (n - 1) / 2;
  let slope = 0;
  let squares = 0;
  for (let k = 0; k < n; k++) {
    slope += (k - middle) * (series[k]! - mean);
    squares += (k - middle) ** 2;
  }
  if (squares > 0) slope /= squares;
  return series.map((x, k) => x - mean - slope * (k - middle));
}
