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
  delays: 4, // u16 [synapses], steps
  shifts: 5, // i32 [longest delay + 1]: dAx − dDend by delay
  ring: 6, // f32, the port's row in slot 0
  slotStride: 7,
  ringMask: 8,
  slots: 9, // f64, derived parameters
  lastPre: 10, // i32 [sources], stamp of the last presynaptic spike, −1 if none
  done: 11, // i32 [sources], presynaptic stamp up to which postsynaptic spikes have been replayed
  preTraces: 12, // f64 [trace][sources], just after the last presynaptic spike
  historyCount: 13, // u32 [targets], postsynaptic spikes so far
  historySteps: 14, // i32 [targets][capacity], a ring
  historyTraces: 15, // f64 [trace][targets][capacity], just after that spike
  capacityMask: 16,
  nTargets: 17,
  vectorStride: 18, // where a target lies in its row of the ring: see simulation/ring.ts
  vectorShift: 19,
  laneMask: 20,
} as const;

export const plasticWordCount = 21;
