/**
 * Spikes and recorded states as named arrays of a run's results, and back.
 *
 * @module
 */
import type { Column, NumericArray } from "../core/column.js";
import { WbeError } from "../core/errors.js";
import type { RecordedState, SpikeData } from "../core/spikes.js";
import { pathPart, type StoredColumn, type ZarrContents } from "./zarr.js";

const column = (name: string, data: NumericArray, unit: string, doc: string, shape = [data.length]): StoredColumn => ({
  data,
  schema: { name, unit, shape, doc },
});

/**
 * Lays out results: `spikes/{step,neuron}`, `states/<population>/<variable>/{data,sampleStep,neurons}` and
 * `weights/<projection>/<column>`; what is not an array is in the attributes of the group.
 */
export function layOutResults(results: {
  spikes?: SpikeData;
  states?: readonly RecordedState[];
  /** Columns of each projection, by its name: source, target, weightBefore, weightAfter, … */
  weights?: Readonly<Record<string, Readonly<Record<string, Column>>>>;
}): { arrays: Record<string, StoredColumn>; groups: Record<string, Record<string, unknown>> } {
  const arrays: Record<string, StoredColumn> = {};
  const groups: Record<string, Record<string, unknown>> = {};
  const { spikes, states = [], weights = {} } = results;
  if (spikes) {
    const { step, neuron, ...attributes } = spikes;
    arrays["spikes/step"] = column(
      "step",
      step,
      "1",
      "Time step of each spike; time = step · dt. Sorted by (step, neuron).",
    );
    arrays["spikes/neuron"] = column("neuron", neuron, "1", "Index of the neuron through the whole network.");
    groups.spikes = { ...attributes, dtUnit: "ms" };
  }
  for (const { neurons, sampleStep, data, ...attributes } of states) {
    const path = `states/${pathPart(attributes.population || "network")}/${pathPart(attributes.variable)}`;
    if (path in groups) {
      throw new WbeError(
        "NAME_CLASH",
        `expected each state to be recorded once, found "${attributes.variable}" twice`,
        {
          where: `population ${attributes.population}`,
        },
      );
    }
    groups[path] = { ...attributes, dtUnit: "ms" };
    const shape = [sampleStep.length, neurons.length];
    arrays[`${path}/data`] = column(attributes.variable, data, attributes.unit, "Sample by neuron.", shape);
    arrays[`${path}/sampleStep`] = column("sampleStep", sampleStep, "1", "Time step of each sample; time = step · dt.");
    arrays[`${path}/neurons`] = column(
      "neurons",
      neurons,
      "1",
      "Index of each recorded neuron through the whole network.",
    );
  }
  for (const [projection, columns] of Object.entries(weights)) {
    const path = `weights/${pathPart(projection)}`;
    if (path in groups) {
      throw new WbeError("NAME_CLASH", `the projection name "${projection}" cannot be told from another one as a path`);
    }
    groups[path] = { projection };
    for (const [name, value] of Object.entries(columns)) arrays[`${path}/${pathPart(name)}`] = value;
  }
  return { arrays, groups };
}

/** The spikes of a run, undefined when it has none stored. @throws WbeError FORMAT when their attributes are damaged. */
export function spikesOf({ arrays, groups }: Required<ZarrContents>): SpikeData | undefined {
  const step = arrays["spikes/step"]?.data;
  const neuron = arrays["spikes/neuron"]?.data;
  if (!step || !neuron) return undefined;
  const { dt, nNeurons, startStep, stopStep, populations, pulseTimes } = groups.spikes ?? {};
  if (
    !(step instanceof Uint32Array && neuron instanceof Uint32Array && step.length === neuron.length) ||
    ![dt, nNeurons, startStep, stopStep].every((v) => typeof v === "number") ||
    !Array.isArray(populations) ||
    !Array.isArray(pulseTimes)
  ) {
    throw new WbeError(
      "FORMAT",
      "expected spike columns with dt, nNeurons, startStep, stopStep, populations, pulseTimes",
      {
        where: "group spikes",
      },
    );
  }
  return { step, neuron, ...(groups.spikes as Omit<SpikeData, "step" | "neuron">) };
}

/** The recorded states of a run. @throws WbeError FORMAT when an array of one is missing or of the wrong type. */
export function statesOf({ arrays, groups }: Required<ZarrContents>): RecordedState[] {
  const states: RecordedState[] = [];
  for (const path of Object.keys(arrays)) {
    const match = /^(states\/[^/]+\/[^/]+)\/data$/.exec(path);
    if (!match) continue;
    const group = match[1]!;
    const data = arrays[path]!.data;
    const sampleStep = arrays[`${group}/sampleStep`]?.data;
    const neurons = arrays[`${group}/neurons`]?.data;
    const { variable, unit, population, dt } = groups[group] ?? {};
    if (
      !(data instanceof Float64Array && sampleStep instanceof Uint32Array && neurons instanceof Uint32Array) ||
      data.length !== sampleStep.length * neurons.length ||
      typeof dt !== "number"
    ) {
      throw new WbeError("FORMAT", "expected data, sampleStep and neurons of matching sizes, and dt", {
        where: `group ${group}`,
      });
    }
    states.push({
      variable: String(variable),
      unit: String(unit),
      population: String(population),
      neurons,
      sampleStep,
      dt,
      data,
    });
  }
  return states;
}
