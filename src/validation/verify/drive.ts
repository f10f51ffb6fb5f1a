/** Small networks that the areas of verification run. @module */
import type { LongCallOptions } from "../../core/progress.js";
import type { RecordedState, SpikeData } from "../../core/spikes.js";
import { type NetworkDescription, type PopulationSpec, SimulationEngine } from "../../simulation/index.js";

/** One neuron under constant current (in its input's unit) from t = 0; spikes and V at every step. */
export async function driveNeuron(
  neuron: Omit<PopulationSpec, "name" | "size">,
  current: number,
  { dt, duration }: { dt: number; duration: number },
  { signal }: LongCallOptions,
): Promise<{ times: number[]; V: Float64Array; spikes: SpikeData }> {
  const { spikes, states } = await runNetwork(
    {
      version: 1,
      seed: 1,
      dt,
      duration,
      populations: [{ name: "cell", size: 1, ...neuron }],
      projections: [],
      stimuli: [{ kind: "constant", population: "cell", amplitude: current }],
      recorders: [{ kind: "spikes" }, { kind: "state", population: "cell", variable: "V" }],
    },
    { signal },
  );
  return { times: Array.from(spikes.step, (step) => step * dt), V: states[0]!.data, spikes };
}

/** Runs a network for its duration and returns what it recorded. */
export async function runNetwork(
  description: NetworkDescription,
  { signal }: LongCallOptions,
): Promise<{ spikes: SpikeData; states: RecordedState[] }> {
  const engine = await SimulationEngine.fromDescription(description);
  await engine.run({ signal });
  const states = description.recorders.flatMap((r) =>
    r.kind === "state" ? [engine.recorded(r.variable, r.population)] : [],
  );
  return { spikes: engine.spikes(), states };
}

export const differences = (values: readonly number[]): number[] =>
  values.slice(1).map((value, i) => value - values[i]!);
