/** What two programs of one loop report of a run, so that only equal work is compared. @module */

export interface LoopRun {
  readonly nsPerNeuronStep: number;
  /** mV, over all neurons at the end. */
  readonly sumV: number;
  readonly spikes: number;
}

/** Two programs that do different work must not be compared. @throws Error when spikes or mean V (1e-9 mV) differ. */
export function requireSameWork(ours: LoopRun, peer: LoopRun, neurons: number): void {
  const difference = Math.abs(ours.sumV - peer.sumV) / neurons;
  if (ours.spikes === peer.spikes && difference < 1e-9) return;
  throw new Error(
    `the two loops differ: ${ours.spikes} and ${peer.spikes} spikes, mean V apart by ${difference} mV; nothing to compare`,
  );
}
