/** A recording with one of everything that NWB files hold, for round trips and for the reference readers. */
import { dataArray, type Recording } from "../../src/core/recording.js";

export function sampleRecording(): Recording {
  const common = { description: "d", comments: "c", conversion: 1, offset: 0 } as const;
  const ecephys = "general/extracellular_ephys";
  const icephys = "general/intracellular_ephys";
  return {
    identifier: "sample-1",
    description: "one of everything: Purkinje-α 東",
    startTime: "2024-05-01T12:00:00+00:00",
    referenceTime: "2024-05-01T11:00:00+00:00",
    version: "2.8.0",
    session: {
      file_create_date: ["2024-05-02T00:00:00+00:00"],
      experimenter: ["Cajal, Santiago", "Golgi, Camillo"],
      institution: "wbe",
      lab: "test",
      session_id: "s1",
      keywords: ["emulation", "neuron"],
      source_script: "print()",
      "source_script.file_name": "a.ts",
      was_generated_by: ["wbe", "0.1.0"],
    },
    subject: { subject_id: "m1", species: "Mus musculus", sex: "F", age: "P90D", "age.reference": "birth" },
    objects: [
      { path: "general/devices/probe", kind: "Device", fields: { description: "a probe" }, links: {} },
      {
        path: `${ecephys}/shank`,
        kind: "ElectrodeGroup",
        fields: { description: "one shank", location: "CA1" },
        links: { device: "general/devices/probe" },
      },
      {
        path: `${icephys}/pipette`,
        kind: "IntracellularElectrode",
        fields: { description: "glass", location: "CA1" },
        links: { device: "general/devices/probe" },
      },
      { path: "processing/ecephys", kind: "ProcessingModule", fields: { description: "filtered" }, links: {} },
      { path: "processing/ecephys/LFP", kind: "LFP", fields: {}, links: {} },
    ],
    series: [
      {
        ...common,
        path: "acquisition/raw",
        kind: "ElectricalSeries",
        data: dataArray(Int16Array.of(1, 2, 3, 4, 5, 6), [3, 2]),
        unit: "volts",
        conversion: 1e-6,
        offset: 1e-3,
        channelConversion: Float32Array.of(1, 2),
        startingTime: 0.5,
        rate: 20000,
        electrodes: Int32Array.of(1, 0),
        fields: { resolution: -1 },
      },
      {
        ...common,
        path: "acquisition/sweep",
        kind: "CurrentClampSeries",
        data: dataArray(Float32Array.of(-0.07, -0.06, 0.02)),
        unit: "volts",
        timestamps: dataArray(Float64Array.of(0, 0.1, 0.3)),
        electrode: "pipette",
        fields: { resolution: -1, gain: 2, bias_current: 1e-12, sweep_number: 4, stimulus_description: "step" },
      },
      {
        ...common,
        path: "acquisition/clamped",
        kind: "VoltageClampSeries",
        data: dataArray(Float64Array.of(1e-10, 2e-10)),
        unit: "amperes",
        startingTime: 1,
        rate: 10000,
        electrode: "pipette",
        fields: {
          resolution: -1,
          gain: 1,
          stimulus_description: "N/A",
          capacitance_fast: 1e-12,
          "capacitance_fast.unit": "farads",
        },
      },
      {
        ...common,
        path: "processing/ecephys/LFP/lfp",
        kind: "ElectricalSeries",
        data: dataArray(Float32Array.of(1, 2, 3, 4), [2, 2]),
        unit: "volts",
        startingTime: 0,
        rate: 1000,
        electrodes: Int32Array.of(0, 1),
        fields: { resolution: -1 },
      },
      {
        ...common,
        path: "stimulus/presentation/step",
        kind: "CurrentClampStimulusSeries",
        data: dataArray(Float64Array.of(0, 1e-10, 0)),
        unit: "amperes",
        startingTime: 0,
        rate: 10000,
        electrode: "pipette",
        fields: { resolution: -1, sweep_number: 4, stimulus_description: "step" },
      },
    ],
    tables: [
      {
        path: `${ecephys}/electrodes`,
        kind: "DynamicTable",
        description: "electrodes",
        ids: Int32Array.of(10, 11),
        columns: [
          { name: "location", description: "where", kind: "text", values: ["CA1", "CA3"], ends: [] },
          {
            name: "group",
            description: "shank",
            kind: "reference",
            values: [`${ecephys}/shank`, `${ecephys}/shank`],
            ends: [],
          },
          { name: "group_name", description: "shank", kind: "text", values: ["shank", "shank"], ends: [] },
        ],
        fields: {},
      },
      {
        path: "units",
        kind: "Units",
        description: "sorted units",
        ids: Int32Array.of(7, 3, 12),
        columns: [
          {
            name: "spike_times",
            description: "s",
            kind: "number",
            values: dataArray(Float64Array.of(0.5, 1.5, 2.0, 0.25)),
            ends: [Uint8Array.of(3, 3, 4)],
          },
          { name: "unit_name", description: "name", kind: "text", values: ["Purkinje-α", "", "東"], ends: [] },
          {
            name: "electrodes",
            description: "of the unit",
            kind: "number",
            values: dataArray(Int32Array.of(0, 1, 1)),
            ends: [Uint8Array.of(1, 2, 3)],
            table: `${ecephys}/electrodes`,
          },
        ],
        fields: {},
      },
      {
        path: "intervals/trials",
        kind: "TimeIntervals",
        description: "trials",
        ids: Int32Array.of(0, 1),
        columns: [
          { name: "start_time", description: "s", kind: "number", values: dataArray(Float64Array.of(0, 1)), ends: [] },
          { name: "stop_time", description: "s", kind: "number", values: dataArray(Float64Array.of(1, 2)), ends: [] },
        ],
        fields: {},
      },
      ...icephysTables(icephys),
    ],
    scratch: { note: "東" },
    warnings: [],
    close() {},
  };
}

function icephysTables(icephys: string): Recording["tables"] {
  const path = `${icephys}/intracellular_recordings`;
  const range = (name: string, series: string) =>
    ({
      name,
      description: name,
      kind: "series",
      values: [series],
      ranges: { start: Int32Array.of(0), count: Int32Array.of(3) },
      ends: [],
    }) as const;
  const part = (name: string, kind: string, columns: Recording["tables"][number]["columns"]) => ({
    path: `${path}/${name}`,
    kind,
    description: name,
    ids: Int32Array.of(0),
    columns,
    fields: {},
  });
  return [
    {
      path,
      kind: "IntracellularRecordingsTable",
      description: "recordings",
      ids: Int32Array.of(0),
      columns: [],
      fields: { categories: ["electrodes", "stimuli", "responses"] },
    },
    part("electrodes", "IntracellularElectrodesTable", [
      { name: "electrode", description: "electrode", kind: "reference", values: [`${icephys}/pipette`], ends: [] },
    ]),
    part("stimuli", "IntracellularStimuliTable", [range("stimulus", "stimulus/presentation/step")]),
    part("responses", "IntracellularResponsesTable", [range("response", "acquisition/sweep")]),
  ];
}
