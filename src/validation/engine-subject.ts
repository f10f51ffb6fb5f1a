/**
 * An engine as the subject of a validation.
 *
 * @module
 */
import type { LongCallOptions } from "../core/progress.js";
import type { SpikeData } from "../core/spikes.js";
import type { NetworkDescription } from "../simulation/description.js";
import type { Subject } from "./validator.js";

/** What a validation needs of an engine; SimulationEngine is one. */
export interface EngineLike {
  readonly description: NetworkDescription;
  run(options?: LongCallOptions): Promise<unknown>;
  spikes(): SpikeData;
}

export function isEngine(subject: EngineLike | Subject): subject is EngineLike {
  return "run" in subject && typeof subject.run === "function";
}

/** The subject that answers from the engine's description and spikes, and runs protocols on new engines. */
export function subjectOfEngine(engine: EngineLike): Subject {
  return {
    name: engine.description.name ?? "network",
    description: engine.description,
    spikes: () => engine.spikes(),
    simulate: simulateDescription,
  };
}

/** Builds, compiles and runs a description; all recorded spikes. */
export async function simulateDescription(
  description: NetworkDescription,
  options: LongCallOptions = {},
): Promise<SpikeData> {
  // Loaded here, so that validating a recording needs no compiler.
  const { SimulationEngine } = await import("../simulation/engine.js");
  const engine = await SimulationEngine.fromDescription(description);
  await engine.run(options);
  return engine.spikes();
}
