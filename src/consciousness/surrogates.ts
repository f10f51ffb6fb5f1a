/**
 * Records from which one thing has been taken: what a measure gives on them is its null distribution.
 *
 * @module
 */

import { requirePositive } from "../core/arguments.js";
import { FourierTransform } from "../core/fourier.js";
import { cos, sin } from "../core/math.js";
import type { RandomStream } from "../core/random.js";
import type { SpikeData } from "../core/spikes.js";

export type SurrogateKind = "time-shuffle" | "circular-shift" | "phase-randomised" | "phase-randomised-together";

/**
 * A surrogate of some channels, each an array of one length.
 *
 * - "time-shuffle": the samples of each channel in random order; keeps only how values are distributed.
 * - "circular-shift": each channel turned by its own random time; keeps what each does alone.
 * - "phase-randomised": each channel's Fourier phases drawn anew; keeps each power spectrum, and makes all else Gaussian.
 * - "phase-randomised-together": the same random phases added to all channels; keeps cross-spectra too, so that what is left to
 *   find is not linear (Prichard & Theiler 1994, Phys Rev Lett 73:951).
 *
 * Source of phase randomisation: Theiler et al. 1992, Physica D 58:77.
 */
export function surrogateChannels(
  channels: readonly ArrayLike<number>[],
  kind: SurrogateKind,
  random: RandomStream,
): Float64Array[] {
  const copies = channels.map((series) => Float64Array.from(series));
  if (kind === "time-shuffle") return copies.map((series) => random.shuffle(series));
  if (kind === "circular-shift") {
    return copies.map((series) => {
      const shift = random.integer(Math.max(1, series.length));
      return series.map((_, k) => series[(k + shift) % series.length]!);
    });
  }
  const n = copies[0]?.length ?? 0;
  if (n === 0) return copies;
  const transform = new FourierTransform(n);
  const draw = () => Float64Array.from({ length: Math.ceil(n / 2) }, () => 2 * Math.PI * random.uniform());
  const common = kind === "phase-randomised-together" ? draw() : undefined;
  return copies.map((re) => {
    const im = new Float64Array(n);
    const phases = common ?? draw();
    transform.forward(re, im);
    for (let k = 1; 2 * k < n; k++) {
      const [c, s] = [cos(phases[k]!), sin(phases[k]!)];
      const [x, y] = [re[k]! * c - im[k]! * s, re[k]! * s + im[k]! * c];
      re[k] = x;
      im[k] = y;
      re[n - k] = x;
      im[n - k] = -y;
    }
    transform.inverse(re, im);
    return re;
  });
}

/**
 * Spikes moved by independent uniform times of up to ± `width` ms, within the record: rates on longer scales stay, fine timing goes.
 *
 * Source: Date, Bienenstock & Geman 1998; Amarasingham et al. 2012, J Neurophysiol 107:517 (interval jitter).
 */
export function jitterSpikes(spikes: SpikeData, width: number, random: RandomStream): SpikeData {
  requirePositive(width, "width");
  const most = Math.max(1, Math.round(width / spikes.dt));
  const moved = Array.from(spikes.step, (step, i) => {
    const to = step + random.integer(2 * most + 1) - most;
    return { step: Math.min(spikes.stopStep, Math.max(spikes.startStep + 1, to)), neuron: spikes.neuron[i]! };
  });
  moved.sort((a, b) => a.step - b.step || a.neuron - b.neuron);
  const { offset: _, ...onSteps } = spikes;
  return {
    ...onSteps,
    step: Uint32Array.from(moved, ({ step }) => step),
    neuron: Uint32Array.from(moved, ({ neuron }) => neuron),
  };
}

/**
 * A record of the same length put together from stretches of the original, drawn with replacement, the same for all channels: what
 * a measure varies by on such records estimates its sampling error (Politis & Romano 1992, circular block bootstrap).
 *
 * @param blockLength samples; shorter than the record, longer than what is correlated.
 */
export function resampleBlocks(
  channels: readonly ArrayLike<number>[],
  blockLength: number,
  random: RandomStream,
): Float64Array[] {
  const n = channels[0]?.length ?? 0;
  const from = new Uint32Array(n);
  for (let k = 0; k < n; k += blockLength) {
    const start = random.integer(n);
    for (let i = 0; i < blockLength && k + i < n; i++) from[k + i] = (start + i) % n;
  }
  return channels.map((series) => Float64Array.from(from, (place) => series[place]!));
}
