/**
 * Where the time of a run goes, for whoever asks: a look at the clock after each part of an epoch.
 *
 * @module
 */

const phases = ["update", "record", "exchange", "wait", "deliver", "other"] as const;

/** update: stimuli and states; exchange: spikes out and in; wait: for other threads; other: processes, samples, saving. */
export type Phase = (typeof phases)[number];

/** Seconds of the calling thread. */
export type PhaseTimes = Readonly<Record<Phase, number>>;

export class PhaseClock {
  private readonly milliseconds: Record<Phase, number> = {
    update: 0,
    record: 0,
    exchange: 0,
    wait: 0,
    deliver: 0,
    other: 0,
  };
  private last = performance.now();

  /** What has passed since the last call belongs to this phase. */
  lap(phase: Phase): void {
    const now = performance.now();
    this.milliseconds[phase] += now - this.last;
    this.last = now;
  }

  get times(): PhaseTimes {
    const entries = phases.map((phase) => [phase, this.milliseconds[phase] / 1000]);
    return Object.fromEntries(entries) as PhaseTimes;
  }
}
