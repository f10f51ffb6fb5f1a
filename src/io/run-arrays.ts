/**
 * Spikes and recorded states as named arrays of a run's results, and back.
 *
 * @module
 */
import type { Column, NumericArray } from "../core/column.js";
import { WbeError } from "../core/errors.js";
import type { RecordedSeries, RecordedState, SpikeData } from "../core/spikes.js";
import { pathPart, type StoredColumn, type ZarrContents } from "./zarr.js";
import type { StreamedArray } from "./zarr-stream.js";

const column = (name: string, data: NumericArray, unit: string, doc: string, shape = [data.length]): StoredColumn => ({
  data,
  schema: { name, unit, shape, doc },
});

type Attributes = Record<string, unknown>;

/** Arrays that grow, columns that do not, and attributes of groups, of one kind of record. */
interface RecordLayout {
  readonly arrays: readonly StreamedArray[];
  readonly fixed: Record<string, StoredColumn>;
  readonly groups: Record<string, Attributes>;
}

const stepDoc = "Time step of each sample; time = step · dt.";

export const spikePaths = {
  group: "spikes",
  step: "spikes/step",
  neuron: "spikes/neuron",
  offset: "spikes/offset",
} as const;

/** `spikes/{step,neuron}`, in the order (step, neuron), and `spikes/offset` where times are exact. */
export function describeSpikes(
  about: Omit<SpikeData, "step" | "neuron" | "offset">,
  hasOffsets: boolean,
): RecordLayout {
  const offset = {
    path: spikePaths.offset,
    dtype: "float64",
    name: "offset",
    unit: "ms",
    doc: "By how much each spike came before the end of its step; time = step · dt − offset.",
  } as const;
  const doc = "Time step of each spike; time = step · dt. Sorted by (step, neuron).";
  return {
    arrays: [
      { path: spikePaths.step, dtype: "uint32", name: "step", unit: "1", doc },
      {
        path: spikePaths.neuron,
        dtype: "uint32",
        name: "neuron",
        unit: "1",
        doc: "Index of the neuron through the whole network.",
      },
      ...(hasOffsets ? [offset] : []),
    ],
    fixed: {},
    groups: { [spikePaths.group]: { ...about, dtUnit: "ms" } },
  };
}

export function statePaths(population: string, variable: string): { group: string; data: string; step: string } {
  const group = `states/${pathPart(population || "network")}/${pathPart(variable)}`;
  return { group, data: `${group}/data`, step: `${group}/sampleStep` };
}

/** `states/<population>/<variable>/{data,sampleStep,neurons}`. */
export function describeState({ neurons, ...about }: Omit<RecordedState, "sampleStep" | "data">): RecordLayout {
  const { group, data, step } = statePaths(about.population, about.variable);
  const { variable: name, unit } = about;
  return {
    arrays: [
      { path: data, dtype: "float64", width: neurons.length, name, unit, doc: "Sample by neuron." },
      { path: step, dtype: "uint32", name: "sampleStep", unit: "1", doc: stepDoc },
    ],
    fixed: {
      [`${group}/neurons`]: column("neurons", neurons, "1", "Index of each recorded neuron through the whole network."),
    },
    groups: { [group]: { ...about, dtUnit: "ms" } },
  };
}

export function seriesPaths(kind: "rates" | "weights", name: string): { group: string; data: string; step: string } {
  const group = `${kind === "rates" ? "rates" : "weightSamples"}/${pathPart(name)}`;
  return { group, data: `${group}/data`, step: `${group}/sampleStep` };
}

/** `rates/<name>` and `weightSamples/<name>`: `{data,sampleStep}` and, of synapses, `{synapse,source,target}`. */
export function describeSeries(
  kind: "rates" | "weights",
  { name, of, unit, dt, columns, synapses }: Omit<RecordedSeries, "sampleStep" | "data">,
): RecordLayout {
  const { group, data, step } = seriesPaths(kind, name);
  const isRate = kind === "rates";
  const doc = isRate ? "Spikes per neuron and second in the bin that ends at each sample step." : "Sample by column.";
  const width = synapses?.index.length ?? columns!.length;
  return {
    arrays: [
      { path: data, dtype: "float64", width, name: isRate ? "rate" : "weight", unit, doc },
      { path: step, dtype: "uint32", name: "sampleStep", unit: "1", doc: stepDoc },
    ],
    fixed: synapses
      ? {
          [`${group}/synapse`]: column("synapse", synapses.index, "1", "Synapse, counted row by row by source."),
          [`${group}/source`]: column("source", synapses.source, "1", "Neuron within the source population."),
          [`${group}/target`]: column("target", synapses.target, "1", "Neuron within the target population."),
        }
      : {},
    groups: { [group]: { name, of, unit, dt, dtUnit: "ms", ...(columns ? { columns } : {}) } },
  };
}

/** One layout of several. */
export function joinLayouts(parts: readonly RecordLayout[]): RecordLayout {
  return {
    arrays: parts.flatMap(({ arrays }) => arrays),
    fixed: Object.assign({}, ...parts.map(({ fixed }) => fixed)) as RecordLayout["fixed"],
    groups: Object.assign({}, ...parts.map(({ groups }) => groups)) as RecordLayout["groups"],
  };
}

/** States and weights of one time, one list for each name. */
interface SnapshotArrays {
  readonly name: string;
  readonly step: number;
  readonly time: number;
  readonly states: Readonly<Record<string, Readonly<Record<string, Float64Array>>>>;
  readonly weights: Readonly<Record<string, Float64Array>>;
}

/**
 * Lays out results: `spikes`, `states`, `rates`, `weightSamples` as above, `weights/<projection>/<column>` and
 * `snapshots/<name>/{states/<population>/<variable>,weights/<projection>}`; what is not an array is in the attributes of
 * the group.
 *
 * @throws WbeError NAME_CLASH for two records at one path.
 */
export function layOutResults(results: {
  spikes?: SpikeData;
  states?: readonly RecordedState[];
  rates?: readonly RecordedSeries[];
  weightSamples?: readonly RecordedSeries[];
  /** Columns of each projection, by its name: source, target, weightBefore, weightAfter, … */
  weights?: Readonly<Record<string, Readonly<Record<string, Column>>>>;
  snapshots?: readonly SnapshotArrays[];
}): { arrays: Record<string, StoredColumn>; groups: Record<string, Record<string, unknown>> } {
  const arrays: Record<string, StoredColumn> = {};
  const groups: Record<string, Record<string, unknown>> = {};
  const { spikes, states = [], rates = [], weightSamples = [], weights = {}, snapshots = [] } = results;
  const add = (layout: RecordLayout, values: readonly NumericArray[]): void => {
    for (const group of Object.keys(layout.groups)) {
      if (!(group in groups)) continue;
      throw new WbeError("NAME_CLASH", "expected each record once, found two with the same path", { where: group });
    }
    Object.assign(groups, layout.groups);
    layout.arrays.forEach(({ path, name, unit, doc, width }, k) => {
      const data = values[k]!;
      const rows = values[1]!.length;
      arrays[path] = column(name, data, unit, doc, width === undefined ? [data.length] : [rows, width]);
    });
    Object.assign(arrays, layout.fixed);
  };
  if (spikes) {
    const { step, neuron, offset, ...about } = spikes;
    add(describeSpikes(about, offset !== undefined), [step, neuron, ...(offset ? [offset] : [])]);
  }
  for (const { sampleStep, data, ...about } of states) add(describeState(about), [data, sampleStep]);
  for (const { sampleStep, data, ...about } of rates) add(describeSeries("rates", about), [data, sampleStep]);
  for (const { sampleStep, data, ...about } of weightSamples) {
    add(describeSeries("weights", about), [data, sampleStep]);
  }
  for (const [projection, columns] of Object.entries(weights)) {
    const path = `weights/${pathPart(projection)}`;
    if (path in groups) {
      throw new WbeError("NAME_CLASH", `the projection name "${projection}" cannot be told from another one as a path`);
    }
    groups[path] = { projection };
    for (const [name, value] of Object.entries(columns)) arrays[`${path}/${pathPart(name)}`] = value;
  }
  for (const { name, step, time, states: populations, weights: projections } of snapshots) {
    const path = `snapshots/${pathPart(name)}`;
    groups[path] = { name, step, time, timeUnit: "ms" };
    for (const [population, variables] of Object.entries(populations)) {
      for (const [variable, values] of Object.entries(variables)) {
        const at = `${path}/states/${pathPart(population)}/${pathPart(variable)}`;
        arrays[at] = column(variable, values, "of the model", `${variable} of each neuron of ${population}.`);
      }
    }
    for (const [projection, values] of Object.entries(projections)) {
      const doc = `Weights of ${projection}, row by row by source.`;
      arrays[`${path}/weights/${pathPart(projection)}`] = column("weight", values, "of the synapse model", doc);
    }
  }
  return { arrays, groups };
}

/** The spikes of a run, undefined when it has none stored. @throws WbeError FORMAT when their attributes are damaged. */
export function spikesOf({ arrays, groups }: Required<ZarrContents>): SpikeData | undefined {
  const step = arrays["spikes/step"]?.data;
  const neuron = arrays["spikes/neuron"]?.data;
  if (!step || !neuron) return undefined;
  const { dt, nNeurons, startStep, stopStep, populations, pulseTimes } = groups.spikes ?? {};
  const offset = arrays[spikePaths.offset]?.data;
  if (
    !(step instanceof Uint32Array && neuron instanceof Uint32Array && step.length === neuron.length) ||
    !(offset === undefined || (offset instanceof Float64Array && offset.length === step.length)) ||
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
  const about = groups.spikes as Omit<SpikeData, "step" | "neuron" | "offset">;
  return { step, neuron, ...(offset && { offset: offset as Float64Array }), ...about };
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

/** Rates ("rates") or weights ("weights") that were sampled. @throws WbeError FORMAT as statesOf. */
export function seriesOf(kind: "rates" | "weights", { arrays, groups }: Required<ZarrContents>): RecordedSeries[] {
  const start = kind === "rates" ? "rates/" : "weightSamples/";
  return Object.keys(groups)
    .filter((path) => path.startsWith(start))
    .map((group) => {
      const { name, of, unit, dt, columns } = groups[group]!;
      const number = (part: string) => arrays[`${group}/${part}`]?.data;
      const [data, sampleStep] = [number("data"), number("sampleStep")];
      const [index, source, target] = ["synapse", "source", "target"].map(number) as (NumericArray | undefined)[];
      const hasSynapses =
        index instanceof Uint32Array && source instanceof Uint32Array && target instanceof Uint32Array;
      if (
        !(data instanceof Float64Array && sampleStep instanceof Uint32Array) ||
        typeof dt !== "number" ||
        !(Array.isArray(columns) || hasSynapses) ||
        data.length !== sampleStep.length * (hasSynapses ? index.length : (columns as string[]).length)
      ) {
        throw new WbeError("FORMAT", "expected data and sampleStep of matching sizes, and dt", {
          where: `group ${group}`,
        });
      }
      const about = { name: String(name), of: String(of), unit: String(unit), dt, sampleStep, data };
      return {
        ...about,
        ...(hasSynapses ? { synapses: { index, source, target } } : { columns: columns as string[] }),
      };
    });
}
