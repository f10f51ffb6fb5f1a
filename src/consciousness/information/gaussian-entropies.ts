/**
 * Entropies of the states of a Gaussian process now and one delay later, with the bias of finite samples taken off.
 *
 * @module
 */
import { WbeError } from "../../core/errors.js";
import { log } from "../../core/math.js";
import { choleskyInto, gather } from "../dense-matrix.js";

/**
 * Differences of entropies of any of 2n variables: x (places 0 … n−1) and y, one delay later (places n … 2n−1). In nats, without
 * the constant ½·ln(2πe) per variable, which cancels in every information.
 */
export class GaussianEntropies {
  readonly n: number;
  /** Of x and y, 2n × 2n. */
  readonly covariance: Float64Array;
  readonly #bias: Float64Array;
  readonly #known = new Map<string, number>();

  /**
   * @param samples pairs of states that the covariance (divisor samples − 1) was estimated from; the expected bias of ln det is
   * then taken off (Goodman 1963). Left out: the covariance is taken as exact.
   * @throws WbeError ARGUMENT for a shape that does not fit or fewer samples than variables.
   */
  constructor(covariance: Float64Array, samples?: number) {
    const width = Math.round(Math.sqrt(covariance.length));
    if (width * width !== covariance.length || width % 2 !== 0 || width === 0) {
      throw new WbeError("ARGUMENT", `expected a 2n × 2n covariance, found ${covariance.length} numbers`);
    }
    this.n = width / 2;
    this.covariance = covariance;
    this.#bias = new Float64Array(width + 1);
    if (samples !== undefined) {
      if (samples <= width + 1) {
        throw new WbeError("ARGUMENT", `expected more than ${width + 1} pairs of states, found ${samples}`, {
          remedy: "Record longer, or average channels into fewer units.",
        });
      }
      for (let d = 1; d <= width; d++) {
        this.#bias[d] = this.#bias[d - 1]! + (digamma((samples - d) / 2) - log((samples - 1) / 2)) / 2;
      }
    }
  }

  /** H of some of the variables. @throws WbeError ARGUMENT when they are linearly dependent. */
  entropy(variables: readonly number[]): number {
    if (variables.length === 0) return 0;
    const key = variables.join();
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const d = variables.length;
    const block = gather(this.covariance, 2 * this.n, variables, variables);
    const logDeterminant = choleskyInto(block, block, d);
    if (Number.isNaN(logDeterminant)) {
      throw new WbeError("ARGUMENT", "expected channels that are linearly independent, found some that are not", {
        remedy: "Remove copies, constant channels and averages of others.",
      });
    }
    const entropy = logDeterminant / 2 - this.#bias[d]!;
    this.#known.set(key, entropy);
    return entropy;
  }

  /** I(A; B) in nats. */
  information(a: readonly number[], b: readonly number[]): number {
    return this.entropy(a) + this.entropy(b) - this.entropy([...a, ...b]);
  }
}

/** ψ(x) for x > 0, to 1e-12: recurrence up to 6, then the asymptotic series (Abramowitz & Stegun 6.3.18). */
export function digamma(x: number): number {
  let result = 0;
  let z = x;
  for (; z < 10; z++) result -= 1 / z;
  const inverse = 1 / (z * z);
  return (
    result +
    log(z) -
    1 / (2 * z) -
    inverse * (1 / 12 - inverse * (1 / 120 - inverse * (1 / 252 - inverse * (1 / 240 - inverse * (1 / 132)))))
  );
}

/** Covariance (divisor n − 1) of (state, state `lag` samples later), from channels of one length. */
export function laggedCovariance(
  channels: readonly ArrayLike<number>[],
  lag: number,
): { covariance: Float64Array; samples: number } {
  const n = channels.length;
  const samples = channels[0]!.length - lag;
  const width = 2 * n;
  const columns = Array.from({ length: width }, (_, c) => {
    const from = c < n ? 0 : lag;
    const series = channels[c % n]!;
    const column = Float64Array.from({ length: samples }, (_, k) => series[from + k]!);
    let mean = 0;
    for (const value of column) mean += value;
    mean /= samples;
    for (let k = 0; k < samples; k++) column[k]! -= mean;
    return column;
  });
  const covariance = new Float64Array(width * width);
  for (let i = 0; i < width; i++) {
    for (let j = i; j < width; j++) {
      const a = columns[i]!;
      const b = columns[j]!;
      let sum = 0;
      for (let k = 0; k < samples; k++) sum += a[k]! * b[k]!;
      covariance[i * width + j] = sum / (samples - 1);
      covariance[j * width + i] = covariance[i * width + j]!;
    }
  }
  return { covariance, samples };
}
