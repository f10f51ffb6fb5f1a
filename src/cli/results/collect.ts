/**
 * The results of a run, gathered from what a script exported or from an engine.
 *
 * @module
 */
import {
  type EngineResults,
  isConnectome,
  isEngine,
  isFigure,
  isLabels,
  isMeasured,
  isMorphology,
  isRecordedState,
  isSpikes,
  isValidationReport,
  isVolume,
} from "./recognise.js";
import { emptyResults, type RunResults } from "./results.js";
import { addWeights } from "./weights.js";

/**
 * Sorts exports by what they are. Of several volumes, label fields, connectomes or engines the first in the order of
 * the alphabet is shown, and the others are named in a warning.
 */
export async function collectExports(exported: Readonly<Record<string, unknown>>): Promise<RunResults> {
  const results = emptyResults();
  let engine: EngineResults | undefined;
  const surplus: string[] = [];
  const unknown: string[] = [];
  /** Keeps the first of its kind. */
  const keep = <K extends "volume" | "labels" | "connectome" | "spikes" | "validation">(
    key: K,
    value: RunResults[K],
    name: string,
  ) => {
    if (results[key] === undefined) results[key] = value;
    else surplus.push(name);
  };
  for (const [name, value] of Object.entries(exported)) {
    if (isEngine(value)) {
      if (engine) surplus.push(name);
      else engine = value;
    } else if (isLabels(value, name)) keep("labels", value, name);
    else if (isVolume(value)) keep("volume", value, name);
    else if (isMorphology(value)) results.morphologies.push(value);
    else if (Array.isArray(value) && value.length > 0 && value.every(isMorphology)) results.morphologies.push(...value);
    else if (isConnectome(value)) keep("connectome", value, name);
    else if (isValidationReport(value)) keep("validation", value, name);
    else if (isFigure(value)) results.figures.push(value);
    else if (Array.isArray(value) && value.length > 0 && value.every(isFigure)) results.figures.push(...value);
    else if (isSpikes(value)) keep("spikes", value, name);
    else if (isRecordedState(value)) results.states.push(value);
    else if (isMeasured(value)) results.measures.push({ name: measureName(name), measured: value });
    else if (typeof value === "number" || typeof value === "string" || typeof value === "boolean") {
      results.values.push({ name, value });
    } else if (typeof value === "object" && value !== null) unknown.push(name);
  }
  // A module's exports come in the order of the alphabet, capitals first; readers look for these two first.
  const known = ["PCI", "Φ"];
  results.measures.sort((a, b) => known.indexOf(b.name) - known.indexOf(a.name));
  if (engine) await addEngine(results, engine);
  for (const { name, measured } of results.measures)
    results.warnings.push(...measured.warnings.map((w) => `${name}: ${w}`));
  results.warnings.push(...(results.connectome?.metadata.warnings ?? []), ...(results.validation?.warnings ?? []));
  for (const source of [results.volume, results.labels]) results.warnings.push(...ownWarnings(source));
  if (surplus.length > 0)
    results.warnings.push(`not shown, because the report shows one of a kind: ${surplus.join(", ")}`);
  if (unknown.length > 0)
    results.warnings.push(`not shown, because the report does not know what they are: ${unknown.join(", ")}`);
  results.warnings = [...new Set(results.warnings)];
  return results;
}

const measureName = (name: string): string => ({ phi: "Φ", pci: "PCI" })[name] ?? name;

function ownWarnings(value: unknown): string[] {
  if (typeof value !== "object" || value === null || !("warnings" in value) || !Array.isArray(value.warnings))
    return [];
  return value.warnings.map(String);
}

/** Adds what an engine recorded (what its description asked for) and its weights. */
export async function addEngine(results: RunResults, engine: EngineResults): Promise<void> {
  addRecorded(results, engine);
  await addWeights(results, engine);
  results.warnings.push(...engine.warnings);
}

/** Description, and what was recorded unless it has been read from a store. */
export function addRecorded(
  results: RunResults,
  engine: Pick<EngineResults, "description" | "spikes" | "recorded" | "rates" | "weightSamples" | "snapshots">,
): void {
  const { description } = engine;
  results.description = description;
  results.snapshots = engine.snapshots?.() ?? [];
  if (results.isStreamed) return;
  results.rates.push(...(engine.rates?.() ?? []));
  results.weightSamples.push(...(engine.weightSamples?.() ?? []));
  results.spikes ??= engine.spikes();
  const seen = new Set<string>();
  for (const recorder of description.recorders) {
    if (recorder.kind !== "state") continue;
    const key = `${recorder.population}.${recorder.variable}`;
    if (seen.has(key)) continue;
    seen.add(key);
    results.states.push(engine.recorded(recorder.variable, recorder.population));
  }
}
