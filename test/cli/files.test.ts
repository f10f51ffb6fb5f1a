import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formats } from "wbe/io";
import { spikeTimesOfUnit } from "../../src/core/recording.js";
import { fileSource } from "../../src/io/file.node.js";
import { spikesOf } from "../../src/io/run-arrays.js";
import { readRunFolder } from "../../src/io/run-folder.node.js";
import { dataFolder } from "../io/data-folder.js";
import { wbe } from "./harness.js";

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "wbe-files-"));
  await writeFile(join(cwd, "edges.csv"), "source,target,weight\na,b,1.5\nb,東,2\n");
  await writeFile(join(cwd, "cell.swc"), "1 1 0 0 0 5 -1\n2 3 0 10 0 1 1\n");
});
afterAll(() => rm(cwd, { recursive: true }));

describe("wbe info", () => {
  it("says what a graph and a morphology are", async () => {
    const graph = await wbe("info edges.csv --json", { cwd });
    expect(JSON.parse(graph.out)).toMatchObject({ nodes: 3, edges: 2, directed: "yes", "sum of weights": "3.5" });
    expect((await wbe("info cell.swc", { cwd })).out).toMatch(/points\s+2\n/);
  });

  it("a missing file and an unknown content are errors with a remedy", async () => {
    expect((await wbe("info none.nwb", { cwd })).err).toMatch(/does not exist/);
    await writeFile(join(cwd, "noise.bin"), Uint8Array.of(1, 2, 3));
    expect((await wbe("info noise.bin", { cwd })).err).toMatch(/matches no known format/);
    const signature = Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a);
    await writeFile(
      join(cwd, "cut.h5"),
      new Uint8Array(600).fill(7).map((byte, k) => signature[k] ?? byte),
    );
    expect((await wbe("info cut.h5", { cwd })).err).toMatch(/begins as in .*SONATA.*but is none.*\s+.*damaged/s);
    expect((await wbe("info edges.csv --format nothing", { cwd })).err).toMatch(/no format "nothing"/);
  });
});

describe("wbe convert", () => {
  it("goes through every graph format and back to the same edges", async () => {
    const names = ["edges.csv", "g.graphml", "g.gexf", "back.csv"];
    for (let i = 1; i < names.length; i++) {
      expect((await wbe(`convert ${names[i - 1]} ${names[i]}`, { cwd })).code).toBe(0);
    }
    expect(await readFile(join(cwd, "back.csv"), "utf8")).toBe(await readFile(join(cwd, "edges.csv"), "utf8"));
  });

  it("says what is lost, does not write over a file, and leaves nothing behind a failure", async () => {
    const { err } = await wbe("convert edges.csv g.mtx", { cwd });
    expect(err).toMatch(/not kept: ids of nodes/);
    expect((await wbe("convert edges.csv g.mtx", { cwd })).err).toMatch(/--force/);
    expect((await wbe("convert edges.csv g.mtx --force", { cwd })).code).toBe(0);
    expect((await wbe("convert edges.csv g.nwb", { cwd })).err).toMatch(/graphml \(\.graphml\)/);
    expect((await readdir(cwd)).filter((name) => name.includes("nwb") || name.endsWith(".tmp"))).toEqual([]);
  });

  it("a run becomes NWB with its manifest, and SONATA, spike for spike", async () => {
    const description = {
      version: 1,
      seed: 7,
      dt: 0.1,
      duration: 100,
      populations: [{ name: "E", model: "LIF", size: 3 }],
      projections: [],
      stimuli: [{ kind: "constant", population: "E", amplitude: 400 }],
      recorders: [{ kind: "spikes" }, { kind: "state", population: "E", variable: "V", every: 1 }],
    };
    await writeFile(join(cwd, "net.json"), JSON.stringify(description));
    expect((await wbe("run net.json --out run", { cwd })).code).toBe(0);
    const results = await readRunFolder(join(cwd, "run"));
    const spikes = spikesOf(results)!;
    expect(spikes.step.length).toBeGreaterThan(0);
    expect((await wbe("convert run run.nwb", { cwd })).err).toBe("");
    expect((await wbe("convert run run.h5", { cwd })).err).toBe("");
    const recording = await formats.nwb.read(await fileSource(join(cwd, "run.nwb")));
    const units = recording.tables.find(({ path }) => path === "units")!;
    const ours = [...spikes.step].filter((_, i) => spikes.neuron[i] === 1).map((step) => (step * spikes.dt) / 1000);
    expect([...(await spikeTimesOfUnit(units, 1))]).toEqual(ours);
    expect(JSON.parse(String(recording.scratch.wbe_manifest)).seed).toBe(7);
    expect(recording.series[0]).toMatchObject({ unit: "volts", rate: 1000 });
    recording.close();
    const sonata = await formats.sonata.read(await fileSource(join(cwd, "run.h5")));
    expect([...sonata.spikes[0]!.timestamps]).toEqual(Array.from(spikes.step, (step) => step * spikes.dt));
    sonata.close();
  });

  it.skipIf(!dataFolder)("an image goes to Zarr, NRRD and back with its facts", async () => {
    const image = `${dataFolder}/imaging/nibabel/standard.nii.gz`;
    expect((await wbe(`convert ${image} v.zarr`, { cwd })).code).toBe(0);
    expect((await wbe("convert v.zarr v.nrrd", { cwd })).code).toBe(0);
    const facts = JSON.parse((await wbe("info v.nrrd --json", { cwd })).out);
    expect(facts).toMatchObject({ shape: "4 × 5 × 7", type: "uint8", "voxel size (um)": "1000 × 3000 × 2000" });
    expect(facts.mean).toBe("54.642857");
  });

  it.skipIf(!dataFolder)("NWB and SONATA files of the field are told apart", async () => {
    const nwb = JSON.parse(
      (await wbe(`info ${dataFolder}/celltypes/nwb/FergusonEtAl2015_PYR2.nwb --json`, { cwd })).out,
    );
    expect(nwb.series.length).toBe(26);
    const spikes = JSON.parse(
      (await wbe(`info ${dataFolder}/sonata/300_intfire/output/spikes.h5 --json`, { cwd })).out,
    );
    expect(spikes["spikes (ms)"]).toEqual(["v1: 4322"]);
  });
});
