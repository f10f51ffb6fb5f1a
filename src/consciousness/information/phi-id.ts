/**
 * Integrated information decomposition (ΦID): what two parts say about their joint future, in sixteen atoms.
 *
 * @module
 */
import { requireInteger } from "../../core/arguments.js";
import { WbeError } from "../../core/errors.js";
import { log } from "../../core/math.js";
import { choleskyInto, gather } from "../dense-matrix.js";
import { laggedCovariance } from "./gaussian-entropies.js";

/** How one side shares information: r redundant in both parts, x only in part 0, y only in part 1, s only in both together. */
const kinds = ["r", "x", "y", "s"] as const;
type Kind = (typeof kinds)[number];

/** "rtx": redundant now, unique to part 0 later; the first letter is now, the last later. */
export type PhiIdAtom = `${Kind}t${Kind}`;

export interface PhiIdOptions {
  /** Samples between now and later; 1 by default. */
  lag?: number;
  /** "gaussian" by default. "discrete": channels hold symbols, a part's state is the tuple of its channels. */
  estimator?: "gaussian" | "discrete";
  /** "mmi": minimum mutual information; "ccs": common change in surprisal, pointwise. "mmi" by default. */
  redundancy?: "mmi" | "ccs";
}

export interface PhiIdResult {
  /** bits; they sum to the time-delayed information. May be negative. */
  readonly atoms: Readonly<Record<PhiIdAtom, number>>;
  /** I(X; Y) in bits. */
  readonly information: number;
  readonly lag: number;
  readonly samples: number;
}

/** Local information in nats, one value per pair of states, of parts (bits 1 and 2) now and later. */
type LocalInformation = (now: number, later: number) => Float64Array;

/**
 * Decomposes I(X; Y) of two parts over one delay. Sixteen numbers are known of each decomposition: the information of every
 * set of parts now about every set later, and the redundancies between the parts now, later, and both; the atoms follow by
 * inversion over the lattice of pairs.
 *
 * @param channels one array per channel. @param part 0 or 1 per channel; both must occur.
 * @throws WbeError ARGUMENT for shapes that do not fit or too few samples.
 * Source: Mediano et al. 2021, arXiv 2109.13186; redundancies of Barrett 2015 (MMI) and Ince 2017 (CCS), as in the program phyid.
 */
export function decomposeInformation(
  channels: readonly ArrayLike<number>[],
  part: ArrayLike<number>,
  options: PhiIdOptions = {},
): PhiIdResult {
  const { lag = 1, estimator = "gaussian", redundancy = "mmi" } = options;
  if (estimator !== "gaussian" && estimator !== "discrete") {
    throw new WbeError("ARGUMENT", `expected estimator "gaussian" or "discrete", found "${String(estimator)}"`);
  }
  if (redundancy !== "mmi" && redundancy !== "ccs") {
    throw new WbeError("ARGUMENT", `expected redundancy "mmi" or "ccs", found "${String(redundancy)}"`);
  }
  const length = channels[0]?.length ?? 0;
  requireInteger(lag, 1, 2 ** 31, "lag");
  const sides = [0, 1].map((side) => channels.flatMap((_, i) => (part[i] === side ? [i] : [])));
  if (part.length !== channels.length || sides.some((side) => side.length === 0)) {
    throw new WbeError("ARGUMENT", "expected a part, 0 or 1, of each channel, and both parts occupied");
  }
  channels.forEach((series, channel) => {
    if (series.length !== length) {
      throw new WbeError("ARGUMENT", `expected channels of one length, found ${length} and ${series.length} samples`);
    }
    for (let k = 0; k < length; k++) {
      if (Number.isFinite(series[k])) continue;
      throw new WbeError("NOT_FINITE", `expected finite samples, found ${series[k]}`, {
        where: `channel ${channel}, sample ${k}`,
      });
    }
  });
  if (length - lag < 4 * channels.length + 2) {
    throw new WbeError(
      "ARGUMENT",
      `expected at least ${4 * channels.length + 2} pairs of states, found ${Math.max(0, length - lag)}`,
    );
  }
  const local = estimator === "gaussian" ? gaussianLocal(channels, sides, lag) : discreteLocal(channels, sides, lag);
  const known = redundancy === "mmi" ? minimumInformation(local) : commonSurprisal(local);
  const atoms = {} as Record<PhiIdAtom, number>;
  // Along each side: r = R, x = I1 − R, y = I2 − R, s = I12 − I1 − I2 + R.
  const weights: Record<Kind, readonly number[]> = {
    r: [1, 0, 0, 0],
    x: [-1, 1, 0, 0],
    y: [-1, 0, 1, 0],
    s: [1, -1, -1, 1],
  };
  for (const now of kinds) {
    for (const later of kinds) {
      let sum = 0;
      for (let a = 0; a < 4; a++)
        for (let b = 0; b < 4; b++) sum += weights[now][a]! * weights[later][b]! * known[a]![b]!;
      atoms[`${now}t${later}`] = sum / Math.LN2;
    }
  }
  return { atoms, information: known[3]![3]! / Math.LN2, lag, samples: length - lag };
}

const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** known[a][b]: information of a about b, with 0 the redundancy of the parts, 1 and 2 a part, 3 both. */
function minimumInformation(local: LocalInformation): number[][] {
  const I = [1, 2, 3].map((now) => [1, 2, 3].map((later) => meanOf(local(now, later))));
  const known = [[0, 0, 0, 0], ...I.map((row) => [Math.min(row[0]!, row[1]!), ...row])];
  for (let later = 1; later <= 3; later++) known[0]![later] = Math.min(I[0]![later - 1]!, I[1]![later - 1]!);
  known[0]![0] = Math.min(I[0]![0]!, I[0]![1]!, I[1]![0]!, I[1]![1]!);
  return known;
}

/** The same with pointwise redundancy: the co-information where all that enters has one sign. */
function commonSurprisal(local: LocalInformation): number[][] {
  const I = [1, 2, 3].map((now) => [1, 2, 3].map((later) => local(now, later)));
  const shared = (a: Float64Array, b: Float64Array, ab: Float64Array) =>
    a.map((value, k) => {
      const common = value + b[k]! - ab[k]!;
      const sign = Math.sign(value);
      return Math.sign(b[k]!) === sign && Math.sign(ab[k]!) === sign && Math.sign(common) === sign ? common : 0;
    });
  const now = [0, 1, 2].map((later) => shared(I[0]![later]!, I[1]![later]!, I[2]![later]!));
  const later = [0, 1, 2].map((from) => shared(I[from]![0]!, I[from]![1]!, I[from]![2]!));
  const both = I[0]![0]!.map((xa, k) => {
    const [xb, ya, yb] = [I[0]![1]![k]!, I[1]![0]![k]!, I[1]![1]![k]!];
    const common =
      I[0]![2]![k]! +
      I[1]![2]![k]! +
      I[2]![0]![k]! +
      I[2]![1]![k]! -
      I[2]![2]![k]! -
      xa -
      xb -
      ya -
      yb +
      now[0]![k]! +
      now[1]![k]! -
      now[2]![k]! +
      later[0]![k]! +
      later[1]![k]! -
      later[2]![k]!;
    const sign = Math.sign(xa);
    return [xb, ya, yb, common].every((value) => Math.sign(value) === sign) ? common : 0;
  });
  const known = [[meanOf(both), ...now.map(meanOf)]];
  for (let from = 0; from < 3; from++) known.push([meanOf(later[from]!), ...I[from]!.map(meanOf)]);
  return known;
}

function gaussianLocal(
  channels: readonly ArrayLike<number>[],
  sides: readonly number[][],
  lag: number,
): LocalInformation {
  const n = channels.length;
  const { covariance, samples } = laggedCovariance(channels, lag);
  const means = Float64Array.from({ length: 2 * n }, (_, c) => {
    let sum = 0;
    for (let k = 0; k < samples; k++) sum += channels[c % n]![k + (c < n ? 0 : lag)]!;
    return sum / samples;
  });
  const variables = (set: number, offset: number) =>
    [0, 1].flatMap((i) => ((set >> i) & 1 ? sides[i]!.map((c) => c + offset) : []));
  const surprisal = new Map<string, Float64Array>();
  /** −ln density, without the constant per variable. */
  const surprisalOf = (places: number[]): Float64Array => {
    const key = places.join();
    const known = surprisal.get(key);
    if (known) return known;
    const d = places.length;
    const factor = gather(covariance, 2 * n, places, places);
    const logDeterminant = choleskyInto(factor, factor, d);
    if (Number.isNaN(logDeterminant)) {
      throw new WbeError("ARGUMENT", "expected channels that are linearly independent, found some that are not");
    }
    const z = new Float64Array(d);
    const values = Float64Array.from({ length: samples }, (_, k) => {
      let squares = 0;
      for (let i = 0; i < d; i++) {
        const c = places[i]!;
        let value = channels[c % n]![k + (c < n ? 0 : lag)]! - means[c]!;
        for (let j = 0; j < i; j++) value -= factor[i * d + j]! * z[j]!;
        z[i] = value / factor[i * d + i]!;
        squares += z[i]! * z[i]!;
      }
      return (squares + logDeterminant) / 2;
    });
    surprisal.set(key, values);
    return values;
  };
  return (now, later) => {
    const a = variables(now, 0);
    const b = variables(later, n);
    const [x, y, xy] = [surprisalOf(a), surprisalOf(b), surprisalOf([...a, ...b])];
    return x.map((value, k) => value + y[k]! - xy[k]!);
  };
}

function discreteLocal(
  channels: readonly ArrayLike<number>[],
  sides: readonly number[][],
  lag: number,
): LocalInformation {
  const samples = channels[0]!.length - lag;
  const symbols = sides.map((side) =>
    Array.from({ length: samples + lag }, (_, k) => side.map((c) => channels[c]![k]).join("|")),
  );
  const stateOf = (set: number, k: number) => [0, 1].map((i) => ((set >> i) & 1 ? symbols[i]![k]! : "")).join("/");
  const surprisalOf = (state: (k: number) => string): Float64Array => {
    const states = Array.from({ length: samples }, (_, k) => state(k));
    const counts = new Map<string, number>();
    for (const s of states) counts.set(s, (counts.get(s) ?? 0) + 1);
    return Float64Array.from(states, (s) => log(samples / counts.get(s)!));
  };
  return (now, later) => {
    const x = surprisalOf((k) => stateOf(now, k));
    const y = surprisalOf((k) => stateOf(later, k + lag));
    const xy = surprisalOf((k) => `${stateOf(now, k)}>${stateOf(later, k + lag)}`);
    return x.map((value, k) => value + y[k]! - xy[k]!);
  };
}
