/**
 * What an experimenter measures of one cell under current clamp: rest, input resistance, time constant, spikes at given
 * currents, and the rheobase. The cell is whatever answers a current step with a trace.
 *
 * @module
 */
import { requirePositive } from "../../core/arguments.js";
import { WbeError } from "../../core/errors.js";
import { type LongCallOptions, throwIfCancelled } from "../../core/progress.js";

/** A trace that begins before the step, with the times of spikes. */
export interface StepResponse {
  /** ms */
  readonly t: Float64Array;
  /** mV */
  readonly V: Float64Array;
  /** ms */
  readonly spikes: readonly number[];
}

/** The cell's answer to a current of `amplitude` pA from the protocol's onset on, for its duration. */
export type StepResponder = (amplitude: number) => Promise<StepResponse>;

export interface ClampProtocol {
  /** ms from the start of a trace to the step: the cell comes to rest meanwhile. */
  readonly onset: number;
  /** ms */
  readonly duration: number;
  /** pA: currents at which spikes are counted. */
  readonly amplitudes: readonly number[];
  /** Small current for the passive measures, pA; not 0. */
  readonly test: number;
  /** Looks for the rheobase up to this current, pA. */
  readonly rheobaseUpTo?: number;
}

export interface StepMeasures {
  /** pA */
  readonly amplitude: number;
  readonly spikes: number;
  /** Spikes over the duration of the step, Hz. */
  readonly rate: number;
  /** From the onset to the first spike, ms. */
  readonly latency: number | undefined;
  readonly response: StepResponse;
}

export interface ClampMeasures {
  /** Before the step, mV. */
  readonly rest: number;
  /** Deflection at the end of the test step over its current, MΩ. */
  readonly inputResistance: number;
  /** From the onset of the test step until 1 − 1/e of its final deflection, ms. */
  readonly timeConstant: number;
  readonly steps: readonly StepMeasures[];
  /** Smallest whole current with a spike, pA; undefined where it was not looked for or none was found. */
  readonly rheobase: number | undefined;
}

/**
 * Measures a cell. A protocol with n amplitudes takes n + 1 responses, the rheobase about as many more as its bound has bits.
 *
 * @throws WbeError ARGUMENT for a protocol that makes no sense, CANCELLED between responses.
 */
export async function measureCurrentClamp(
  respond: StepResponder,
  protocol: ClampProtocol,
  options: LongCallOptions = {},
): Promise<ClampMeasures> {
  const { onset, duration, amplitudes, test, rheobaseUpTo } = protocol;
  requirePositive(onset, "the onset (ms)");
  requirePositive(duration, "the duration (ms)");
  if (!Number.isFinite(test) || test === 0) {
    throw new WbeError("ARGUMENT", `expected a test current that is not 0 pA, found ${test}`);
  }
  const total = amplitudes.length + 1 + (rheobaseUpTo === undefined ? 0 : 1);
  let done = 0;
  const next = (): void => {
    options.onProgress?.(++done, total);
    throwIfCancelled(options.signal, "the measurement");
  };
  const inStep = ({ spikes }: StepResponse): number[] => spikes.filter((t) => onset < t && t <= onset + duration);

  const passive = await respond(test);
  next();
  const rest = sampleAt(passive, onset);
  const deflection = sampleAt(passive, onset + duration) - rest;
  const reached = passive.t.findIndex(
    (t, k) => t > onset && Math.abs(passive.V[k]! - rest) >= (1 - Math.exp(-1)) * Math.abs(deflection),
  );
  const steps: StepMeasures[] = [];
  for (const amplitude of amplitudes) {
    const response = await respond(amplitude);
    const spikes = inStep(response);
    steps.push({
      amplitude,
      spikes: spikes.length,
      rate: (1000 * spikes.length) / duration,
      latency: spikes.length > 0 ? spikes[0]! - onset : undefined,
      response,
    });
    next();
  }
  let rheobase: number | undefined;
  if (rheobaseUpTo !== undefined) {
    const fires = async (amplitude: number): Promise<boolean> => {
      throwIfCancelled(options.signal, "the search for the rheobase");
      return inStep(await respond(amplitude)).length > 0;
    };
    rheobase = await smallest(fires, rheobaseUpTo);
    next();
  }
  return {
    rest,
    // mV/pA = GΩ
    inputResistance: (1000 * deflection) / test,
    timeConstant: passive.t[reached]! - onset,
    steps,
    rheobase,
  };
}

/** The last sample at or before a time. */
function sampleAt({ t, V }: StepResponse, time: number): number {
  const after = t.findIndex((value) => value > time + 1e-9);
  return V[after < 0 ? V.length - 1 : after - 1]!;
}

/** Smallest whole current from 1 pA to `most` that fires: by doubling, then by halving the interval. */
async function smallest(fires: (amplitude: number) => Promise<boolean>, most: number): Promise<number | undefined> {
  let below = 0;
  let above = 1;
  while (!(await fires(above))) {
    below = above;
    if (above >= most) return undefined;
    above = Math.min(2 * above, most);
  }
  while (above - below > 1) {
    const middle = Math.floor((above + below) / 2);
    if (await fires(middle)) above = middle;
    else below = middle;
  }
  return above;
}
