/** Neurons under constant current, through the engine, for the tests of this folder. */
import { type DistTable, type PopulationSpec, SimulationEngine, type StimulusSpec } from "wbe/simulation";

export interface Drive {
  model: PopulationSpec["model"];
  method?: PopulationSpec["method"];
  params?: DistTable;
  init?: DistTable;
  /** One neuron for each current, in the unit of the model's input. */
  currents: readonly number[];
  /** ms */
  dt: number;
  /** ms */
  duration: number;
  stimuli?: readonly StimulusSpec[];
  /** States recorded at every step. */
  record?: readonly string[];
}

export interface Driven {
  /** Spike steps of each neuron; a spike is stamped with the end of its step. */
  steps: number[][];
  /** Values of a recorded state of one neuron, from time 0 on. */
  trace(variable: string, neuron?: number): number[];
}

export async function drive(options: Drive): Promise<Driven> {
  const { model, method, params, init, currents, dt, duration, stimuli = [], record = [] } = options;
  const size = currents.length;
  const engine = await SimulationEngine.fromDescription({
    version: 1,
    seed: 1,
    dt,
    duration,
    populations: [{ name: "cells", model, size, params, init, method }],
    projections: [],
    stimuli: [{ kind: "constant", population: "cells", amplitude: { values: currents } }, ...stimuli],
    recorders: [{ kind: "spikes" }, ...record.map((variable) => ({ kind: "state", population: "cells", variable }))],
  });
  await engine.run();
  const steps: number[][] = currents.map(() => []);
  const spikes = engine.spikes();
  spikes.neuron.forEach((neuron, k) => {
    steps[neuron]!.push(spikes.step[k]!);
  });
  return {
    steps,
    trace: (variable, neuron = 0) => Array.from(engine.recorded(variable).data).filter((_, k) => k % size === neuron),
  };
}
