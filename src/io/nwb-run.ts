/**
 * A run of wbe as a recording: spikes become a table of units, recorded states time series in a processing module, and
 * the manifest goes with it, so that the file says what made it.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { dataArray, type Recording, type RecordingSeries, type RecordingTable } from "../core/recording.js";
import { type RecordedState, type SpikeData, spikeTime } from "../core/spikes.js";

export interface RunRecordingOptions {
  readonly identifier: string;
  readonly description: string;
  /** Wall-clock time at which the run began, ISO 8601 with zone. */
  readonly startTime: string;
  readonly spikes: SpikeData;
  readonly states?: readonly RecordedState[];
  /** Version of wbe. */
  readonly version: string;
  /** JSON: description of the network, seed, input hashes; kept in scratch space. */
  readonly manifest?: unknown;
}

/** SI units by which NWB stores what wbe computes in its own, and the factor. */
const siUnits: Readonly<Record<string, readonly [string, number]>> = {
  mV: ["volts", 1e-3],
  pA: ["amperes", 1e-12],
  nA: ["amperes", 1e-9],
  nS: ["siemens", 1e-9],
  pF: ["farads", 1e-12],
  ms: ["seconds", 1e-3],
};

/** @throws WbeError ARGUMENT when recorded states have shapes that do not fit. */
export function recordingOfRun(options: RunRecordingOptions): Recording {
  const { identifier, description, startTime, version, states = [] } = options;
  return {
    identifier,
    description,
    startTime,
    version: "",
    session: {
      experiment_description: "simulation",
      keywords: ["simulation"],
      source_script: "wbe",
      "source_script.file_name": "manifest.json",
      was_generated_by: ["wbe", version],
    },
    // nwbinspector wants a subject with an age; there was no animal, and the simulation begins at 0.
    subject: { subject_id: "simulation", description: "a simulated network; no animal", sex: "U", age: "P0D" },
    objects:
      states.length === 0
        ? []
        : [
            {
              path: "processing/simulation",
              kind: "ProcessingModule",
              fields: { description: "state variables recorded during the simulation" },
              links: {},
            },
          ],
    series: states.map(seriesOfState),
    tables: [unitsOfSpikes(options.spikes)],
    scratch: options.manifest === undefined ? {} : { wbe_manifest: JSON.stringify(options.manifest) },
    warnings: [],
    close() {},
  };
}

function seriesOfState(state: RecordedState): RecordingSeries {
  const { variable, population, neurons, sampleStep, dt, data } = state;
  const [unit, conversion] = siUnits[state.unit] ?? [state.unit, 1];
  const steps = sampleStep.length > 1 ? sampleStep[1]! - sampleStep[0]! : 1;
  const isRegular = sampleStep.every((step, i) => step === sampleStep[0]! + i * steps);
  return {
    path: `processing/simulation/${`${variable}_${population}`.replace(/[/:]/g, "_")}`,
    kind: "TimeSeries",
    description: `${variable} of population ${population}; columns are neurons ${neurons[0] ?? ""} to ${neurons.at(-1) ?? ""}`,
    comments: "",
    data: dataArray(data, [sampleStep.length, neurons.length]),
    unit,
    conversion,
    offset: 0,
    ...(isRegular
      ? { startingTime: ((sampleStep[0] ?? 0) * dt) / 1000, rate: 1000 / (steps * dt) }
      : { timestamps: dataArray(Float64Array.from(sampleStep, (step) => (step * dt) / 1000)) }),
    fields: {},
  };
}

function unitsOfSpikes(spikes: SpikeData): RecordingTable {
  const { neuron, dt, nNeurons, startStep, stopStep, populations } = spikes;
  const ends = new Uint32Array(nNeurons);
  for (const n of neuron) {
    if (n >= nNeurons) throw new WbeError("ARGUMENT", `expected neurons below ${nNeurons}, found ${n}`);
    ends[n]!++;
  }
  for (let n = 1; n < nNeurons; n++) ends[n]! += ends[n - 1];
  const next = Uint32Array.from(ends, (_, n) => (n === 0 ? 0 : ends[n - 1]!));
  const times = new Float64Array(neuron.length);
  // Steps ascend, so the times of each neuron do too.
  neuron.forEach((n, i) => {
    times[next[n]!++] = spikeTime(spikes, i) / 1000;
  });
  const names = new Array<string>(nNeurons).fill("");
  for (const { name, start, size } of populations) names.fill(name, start, start + size);
  const window = new Float64Array(2 * nNeurons);
  for (let n = 0; n < nNeurons; n++) {
    window[2 * n] = (startStep * dt) / 1000;
    window[2 * n + 1] = (stopStep * dt) / 1000;
  }
  return {
    path: "units",
    kind: "Units",
    description: "simulated neurons; ids count through the whole network",
    ids: Int32Array.from({ length: nNeurons }, (_, n) => n),
    columns: [
      {
        name: "spike_times",
        description: "s",
        kind: "number",
        values: dataArray(times),
        ends: [ends],
        // Of exact times there is none to speak of.
        ...(spikes.offset ? {} : { resolution: dt / 1000 }),
      },
      {
        name: "obs_intervals",
        description: "recorded window, s",
        kind: "number",
        values: dataArray(window, [nNeurons, 2]),
        ends: [Uint32Array.from({ length: nNeurons }, (_, n) => n + 1)],
      },
      { name: "population", description: "name of the population", kind: "text", values: names, ends: [] },
    ],
    fields: {},
  };
}
