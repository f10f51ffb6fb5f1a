import { describe, expect, it } from "vitest";
import { bytesSource, detectFormat, formats, memorySink } from "wbe/io";
import {
  columnOf,
  type DataArray,
  type Recording,
  rowOfId,
  seriesTimes,
  seriesValues,
  spikeTimesOfUnit,
} from "../../src/core/recording.js";
import { fileSource } from "../../src/io/file.node.js";
import { createHdf5 } from "../../src/io/hdf5-write.js";
import { recordingOfRun } from "../../src/io/nwb-run.js";
import { dataFolder } from "./data-folder.js";
import { sampleRecording } from "./sample-recording.js";

async function write(recording: Recording): Promise<Uint8Array> {
  const sink = memorySink("x.nwb");
  await formats.nwb.write!(recording, sink);
  return sink.bytes();
}
const read = (bytes: Uint8Array) => formats.nwb.read(bytesSource(bytes, "x.nwb"));

/** Everything of a recording as plain values, arrays read. */
async function contents(recording: Recording): Promise<unknown> {
  const array = async (data?: DataArray | null) => data && { shape: [...data.shape], values: [...(await data.read())] };
  const numbers = (value: unknown): unknown => (ArrayBuffer.isView(value) ? [...(value as Uint8Array)] : value);
  const fields = (of: object) => Object.fromEntries(Object.entries(of).map(([name, value]) => [name, numbers(value)]));
  const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1);
  return {
    ...recording,
    close: null,
    objects: [...recording.objects].sort(byPath),
    series: await Promise.all(
      [...recording.series].sort(byPath).map(async (series) => ({
        ...fields(series),
        fields: fields(series.fields),
        data: await array(series.data),
        timestamps: await array(series.timestamps),
      })),
    ),
    tables: await Promise.all(
      [...recording.tables].sort(byPath).map(async (table) => ({
        ...table,
        ids: [...table.ids],
        columns: await Promise.all(
          table.columns.map(async (column) => ({
            ...column,
            values: "read" in column.values ? await array(column.values) : column.values,
            ranges: column.ranges && fields(column.ranges),
            ends: column.ends.map(numbers),
          })),
        ),
      })),
    ),
  };
}

describe("NWB", () => {
  it("reads back everything that it wrote: series, tables, objects, subject, session, scratch", async () => {
    const again = await read(await write(sampleRecording()));
    expect(await contents(again)).toEqual(await contents(sampleRecording()));
    again.close();
  });

  it("values are conversion · channel conversion · stored + offset, times start and step as declared", async () => {
    const recording = await read(await write(sampleRecording()));
    const raw = recording.series.find(({ path }) => path === "acquisition/raw")!;
    const expected = [1, 4, 3, 8, 5, 12].map((value) => value * 1e-6 + 1e-3);
    (await seriesValues(raw)).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 12);
    });
    expect([...(await seriesTimes(raw))]).toEqual([0.5, 0.5 + 1 / 20000, 0.5 + 2 / 20000]);
    const sweep = recording.series.find(({ path }) => path === "acquisition/sweep")!;
    expect([...(await seriesTimes(sweep, 1))]).toEqual([0.1, 0.3]);
    recording.close();
  });

  it("a unit that never fired is present and empty, and ids are names, not rows (case O05)", async () => {
    const recording = await read(await write(sampleRecording()));
    const units = recording.tables.find(({ path }) => path === "units")!;
    expect([...(await spikeTimesOfUnit(units, 7))]).toEqual([0.5, 1.5, 2]);
    expect([...(await spikeTimesOfUnit(units, 3))]).toEqual([]);
    expect([...(await spikeTimesOfUnit(units, 12))]).toEqual([0.25]);
    expect(rowOfId(units, 12)).toBe(2);
    expect(() => rowOfId(units, 0)).toThrow(expect.objectContaining({ code: "NAME_UNKNOWN" }));
    expect(columnOf(units, "unit_name").values).toEqual(["Purkinje-α", "", "東"]);
    expect(columnOf(units, "spike_times").ends).toEqual([Uint8Array.of(3, 3, 4)]);
    recording.close();
  });

  it("a run becomes units in seconds, states in SI units, and carries its manifest", async () => {
    const run = recordingOfRun({
      identifier: "run-1",
      description: "a run",
      startTime: "2024-01-01T00:00:00Z",
      version: "0.1.0",
      manifest: { seed: 42 },
      spikes: {
        step: Uint32Array.of(10, 20, 20),
        neuron: Uint32Array.of(2, 0, 2),
        dt: 0.1,
        nNeurons: 3,
        startStep: 0,
        stopStep: 100,
        populations: [{ name: "E", start: 0, size: 3 }],
        pulseTimes: [],
      },
      states: [
        {
          variable: "V",
          unit: "mV",
          population: "E",
          neurons: Uint32Array.of(0, 1),
          sampleStep: Uint32Array.of(0, 10),
          dt: 0.1,
          data: Float64Array.of(-70, -71, -60, -61),
        },
      ],
    });
    const recording = await read(await write(run));
    const units = recording.tables.find(({ path }) => path === "units")!;
    expect([...(await spikeTimesOfUnit(units, 2))]).toEqual([0.001, 0.002]);
    expect([...(await spikeTimesOfUnit(units, 1))]).toEqual([]);
    const [series] = recording.series;
    expect(series).toMatchObject({ unit: "volts", rate: 1000 });
    expect([...(await seriesValues(series!))]).toEqual([-70, -71, -60, -61].map((v) => v * 1e-3));
    expect(JSON.parse(String(recording.scratch.wbe_manifest))).toEqual({ seed: 42 });
    expect(recording.session.was_generated_by).toEqual(["wbe", "0.1.0"]);
    recording.close();
  });

  it("ends of rows that fall or pass the values are refused", async () => {
    for (const ends of [Uint8Array.of(3, 2, 4), Uint8Array.of(3, 3, 5)]) {
      const sample = sampleRecording();
      const tables = sample.tables.map((table) => ({
        ...table,
        columns: table.columns.map((column) => (column.name === "spike_times" ? { ...column, ends: [ends] } : column)),
      }));
      await expect(read(await write({ ...sample, tables }))).rejects.toMatchObject({ code: "FORMAT" });
    }
  });

  it("NWB 1 files are read: version in a dataset, types in ancestries", async () => {
    const file = await createHdf5();
    file.dataset("/nwb_version", "NWB-1.0.5");
    file.dataset("/identifier", "old");
    file.group("/acquisition/timeseries/Sweep_10", {
      ancestry: ["TimeSeries", "PatchClampSeries", "CurrentClampSeries"],
      description: "a sweep",
    });
    file.dataset("/acquisition/timeseries/Sweep_10/data", Int16Array.of(1, 2), {
      attributes: { conversion: 0.5, unit: "volt", resolution: 0 },
    });
    file.dataset("/acquisition/timeseries/Sweep_10/starting_time", 0, { attributes: { rate: 100, unit: "s" } });
    const sink = memorySink("x.nwb");
    await file.finish(sink);
    expect((await detectFormat(bytesSource(sink.bytes(), "x"))).id).toBe("nwb");
    const recording = await read(sink.bytes());
    expect(recording.series[0]).toMatchObject({ kind: "CurrentClampSeries", rate: 100, unit: "volt" });
    expect([...(await seriesValues(recording.series[0]!))]).toEqual([0.5, 1]);
    recording.close();
  });
});

describe.skipIf(!dataFolder)("NWB files of the field", () => {
  const open = async (name: string) => formats.nwb.read(await fileSource(`${dataFolder}/celltypes/nwb/${name}`));

  it.each([
    ["FergusonEtAl2015_PYR2.nwb", "CurrentClampSeries", 13, 20000, "f4"],
    ["FergusonEtAl2015_PYR5_rebound.nwb", "CurrentClampSeries", 10, 20000, "f4"],
    ["LantyerEtAl2018_171220_NC_156_ST100_C.nwb", "VoltageClampSeries", 2, 55000, "f8"],
    ["LantyerEtAl2018_180817_ME_9_CC.nwb", "CurrentClampSeries", 10, 23200, "f8"],
  ])("%s holds its %s", async (name, kind, count, samples, dtype) => {
    const recording = await open(name);
    const series = recording.series.filter((one) => one.kind === kind);
    expect(series.length).toBe(count);
    expect(series[0]!.data).toMatchObject({ shape: [samples], dtype });
    expect((await seriesValues(series[0]!)).every(Number.isFinite)).toBe(true);
    recording.close();
  });

  it("old, empty and extended files are read", async () => {
    expect((await open("osb_simple_example_latest.nwb")).series).toEqual([]);
    expect((await open("pynwb_1.0.2_nwbfile.nwb")).version).toBe("2.0b");
    const paths = (await open("osb_time_series_data_latest.nwb")).series.map(({ path }) => path);
    expect(paths).toEqual(["test_image_series", "test_sine_1", "test_sine_2"].map((name) => `acquisition/${name}`));
    const extended = (await open("pynwb_2.1.0_nwbfile_with_extension.nwb")).series[0]!;
    expect(extended).toMatchObject({ kind: "TimeSeriesWithID", data: { shape: [3] } });
  });
});
