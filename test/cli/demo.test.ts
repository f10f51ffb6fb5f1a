import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { spikesOf, statesOf } from "../../src/io/run-arrays.js";
import { type RunFolder, readRunFolder } from "../../src/io/run-folder.node.js";
import { wbe } from "./harness.js";

let place: string;
let result: Awaited<ReturnType<typeof wbe>>;
let run: RunFolder;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "wbe-demo-"));
  result = await wbe("demo", { cwd: place });
  run = await readRunFolder(join(place, "wbe-demo"));
}, 120_000);
afterAll(() => rm(place, { recursive: true, force: true }));

describe("wbe demo", () => {
  it("ends well and says where the report is", () => {
    expect(result.code).toBe(0);
    expect(result.out).toMatch(/Φ = [\d.]+ bit, PCI = [\d.]+, fidelity \d+ %/);
    expect(result.out.trimEnd()).toMatch(/wbe-demo\/report\.html$/);
  });

  it("draws every figure of the pipeline, in the report and as a file", async () => {
    const figures = await readdir(join(place, "wbe-demo", "figures"));
    for (const name of [
      "volume-slices",
      "morphologies",
      "adjacency-matrix",
      "degrees",
      "raster",
      "traces-1-V",
      "weights-excitatory",
      "null-distributions",
      "validation-1-1",
    ]) {
      expect(figures).toContain(`hello-${name}.svg`);
      expect(run.report).toContain(`id="fig-hello-${name}"`);
    }
    expect(figures).toContain("swc-xy.svg");
  });

  it("asks nothing of the network", () => {
    const addresses = run.report!.match(/https?:\/\/[^"'\s<]+/g) ?? [];
    expect(addresses.filter((a) => a !== "http://www.w3.org/2000/svg")).toEqual([]);
    expect(run.report).not.toMatch(/<script|<link|url\((?!#)/i);
  });

  it("keeps spikes, potentials, weights before and after, and the whole description", () => {
    const spikes = spikesOf(run)!;
    expect(spikes.nNeurons).toBe(statesOf(run)[0]!.neurons.length);
    expect(spikes.stopStep * spikes.dt).toBeCloseTo(1000, 9);
    const { before, after } = {
      before: run.arrays["weights/excitatory/before"]!,
      after: run.arrays["weights/excitatory/after"]!,
    };
    expect(before.data.length).toBe(after.data.length);
    expect(before.data).not.toEqual(after.data);
    expect(run.manifest).toMatchObject({ seed: 42, description: { version: 1, duration: 1000, dt: 0.025 } });
    expect(run.manifest.inputs[0]).toMatchObject({ name: "hello-brain.ts" });
  });
});

it("a second demo gives the same spikes to the bit", async () => {
  const folder = join(place, "again");
  await wbe(["demo", "--out", folder], { cwd: place });
  const again = spikesOf(await readRunFolder(folder))!;
  expect(again).toEqual(spikesOf(run));
}, 120_000);

it("a figure file stands on its own", async () => {
  const svg = await readFile(join(place, "wbe-demo", "figures", "hello-raster.svg"), "utf8");
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox=/);
});
