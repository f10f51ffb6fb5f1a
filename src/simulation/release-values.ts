/**
 * What a description says of quantal release, checked.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { parseQuantity } from "../core/units.js";
import type { ReleaseSpec } from "./description.js";

/** A ReleaseSpec in ms, Hz and steps. */
export interface ReleaseValues {
  readonly sites: number;
  readonly U: number;
  readonly tauRec: number;
  readonly tauFac: number;
  /** Probability and time constant of asynchronous release. */
  readonly late: number;
  readonly tauLate: number;
  /** Steps that asynchronous release takes at most. */
  readonly longest: number;
  /** Hz */
  readonly spontaneous: number;
}

/** Slots that a ring buffer is allowed to have for the sake of asynchronous release. */
const mostLateSteps = 2 ** 16;

/**
 * @param projection what else the projection is.
 * @throws WbeError PARAMETER_RANGE for a value out of its range, UNSUPPORTED where release cannot be stochastic.
 */
export function readRelease(
  spec: ReleaseSpec,
  dt: number,
  where: string,
  projection: { isElectrical: boolean; isProcedural: boolean; targetRests: boolean },
): ReleaseValues {
  const at = `${where}, release`;
  const refused = projection.isElectrical
    ? "an electrical synapse"
    : projection.isProcedural
      ? 'storage "procedural"'
      : projection.targetRests
        ? "targets that are event-driven or have a restTolerance"
        : undefined;
  if (refused) throw new WbeError("UNSUPPORTED", `quantal release does not go with ${refused}`, { where: at });
  const require = (ok: boolean, expected: string, found: unknown): void => {
    if (!ok) throw new WbeError("PARAMETER_RANGE", `expected ${expected}, found ${found}`, { where: at });
  };
  const probability = (name: string, value: number): number => {
    require(value >= 0 && value <= 1, `${name} from 0 to 1`, value);
    return value;
  };
  const time = (name: string, value: number | string, isPositive: boolean): number => {
    const ms = parseQuantity(value, "ms", `${at}, ${name}`);
    require(isPositive ? ms > 0 : ms >= 0, `${name} ${isPositive ? "above" : "of at least"} 0 ms`, ms);
    return ms;
  };
  const { sites, asynchronous } = spec;
  require(Number.isInteger(sites) && sites >= 1 && sites <= 65535, "a whole number of sites from 1 to 65535", sites);
  const tauLate = asynchronous ? time("asynchronous.tau", asynchronous.tau, true) : 1;
  const cut = asynchronous ? time("asynchronous.longest", asynchronous.longest ?? 5 * tauLate, true) : 0;
  const longest = Math.ceil(cut / dt - 1e-9);
  require(longest <= mostLateSteps, `asynchronous.longest of at most ${mostLateSteps} steps`, `${longest} steps`);
  const spontaneous = parseQuantity(spec.spontaneous ?? 0, "Hz", `${at}, spontaneous`);
  require(spontaneous >= 0, "a spontaneous rate of at least 0 Hz", spontaneous);
  return {
    sites,
    U: probability("U", spec.U),
    tauRec: time("tauRec", spec.tauRec, false),
    tauFac: time("tauFac", spec.tauFac ?? 0, false),
    late: asynchronous ? probability("asynchronous.p", asynchronous.p) : 0,
    tauLate,
    longest,
    spontaneous,
  };
}
