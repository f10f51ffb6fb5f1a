/**
 * Weights before and after a run. An engine keeps only the present ones; the ones before come from building its
 * description again, which gives the same bits for the same seed.
 *
 * @module
 */
import { plasticityRules } from "../../plasticity/index.js";
import { SimulationEngine } from "../../simulation/index.js";
import type { EngineResults } from "./recognise.js";
import type { RunResults } from "./results.js";

/** Adds the weights of every projection of a run engine to its results. */
export async function addWeights(results: RunResults, engine: EngineResults): Promise<void> {
  const names = engine.view().projections.map((projection) => projection.name);
  if (names.length === 0) return;
  let before: EngineResults | undefined;
  try {
    before = await SimulationEngine.fromDescription(engine.description, { catalogue: { rules: plasticityRules } });
  } catch (error) {
    // A model of the script's own catalogue is not known here.
    results.warnings.push(
      `weights before the run are not shown: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  for (const projection of names) {
    const { data, schema } = engine.weights(projection);
    results.weights.push({
      projection,
      unit: schema.unit,
      before: before?.weights(projection).data.slice(),
      after: data.slice(),
    });
  }
}
