/**
 * What the kernel of a plastic projection and its caller agree on.
 *
 * @module
 */

/** Words of the block that describes one plastic projection in memory (32 bits each, addresses in bytes). */
export const plasticWords = {
  sources: 0,
  offsets: 1, // u32 [sources + 1]
  targets: 2, // u32 [synapses]
  weights: 3, // f64 [synapses]
  delays: 4, // u16 [synapses], steps; where all are alike the delay itself
  shifts: 5, // i32 [longest delay + 1]: dAx − dDend by delay
  ring: 6, // f32, the port's row in slot 0
  slotStride: 7,
  ringMask: 8,
  slots: 9, // f64, derived parameters
  lastPre: 10, // i32 [sources], stamp of the last presynaptic spike, −1 if none
  done: 11, // i32 [sources], presynaptic stamp up to which postsynaptic spikes have been replayed
  preTraces: 12, // f64 [trace][sources], just after the last presynaptic spike
  historyCount: 13, // u32 [targets], postsynaptic spikes so far
  history: 14, // [targets][capacity] entries, a ring: step (i32, in 8 bytes), then the traces (f64) just after that spike
  capacityMask: 15,
  vectorStride: 16, // where a target lies in its row of the ring: see simulation/ring.ts
  vectorShift: 17,
  laneMask: 18,
  tables: 19, // f64 [trace][tableSteps], the decay of each trace over 0, 1, 2, … steps
  synapses: 20,
  synapseStates: 21, // f64 [state][synapses], just after the synapse's last event
  touched: 22, // i32 [synapses], presynaptic stamp of that event
  anchors: 23, // f64 [synapses], the weight just after that event, where weights move between events
  shownAt: 24, // presynaptic stamp of the last flush: `weights` of untouched synapses are those of that moment
  modulatorCount: 25, // entries so far
  modulatorHistory: 26, // [modulatorCapacity] entries as in `history`, one per step with spikes
} as const;

export const plasticWordCount = 27;

/** Steps over which decays are looked up; longer ones are computed. */
export const tableSteps = 4096;

/** Steps with modulatory spikes that are kept. */
export const modulatorCapacity = 8192;

/** Stamp of the entries of a history that no spike has filled: before everything, and no difference overflows. */
export const noSpike = -0x20000000;

export const entryBytes = (nTraces: number): number => 8 * (1 + nTraces);
