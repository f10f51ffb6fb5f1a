import { describe, expect, it } from "vitest";
import { adjacencyMatrix } from "../../../src/validation/figures/adjacency-matrix.js";
import { binomialSurvival, degreeDistribution, survival } from "../../../src/validation/figures/degree-distribution.js";
import { morphologies } from "../../../src/validation/figures/morphologies.js";
import { niceLength, printedUnit } from "../../../src/validation/figures/svg.js";
import { volumeSlices } from "../../../src/validation/figures/volume-slices.js";
import { countElements, pictureSizes, twoBranches, volumeOf } from "./sample.js";

describe("volume slices", () => {
  const volume = volumeOf([20, 16, 8], (x) => x);
  const labels = volumeOf([20, 16, 8], (x) => (x > 10 ? 3 : 0));

  it("draws three sections, and three more with labels, at one pixel per voxel", async () => {
    expect(pictureSizes(await volumeSlices(volume))).toEqual([
      [20, 16],
      [20, 8],
      [16, 8],
    ]);
    const figure = await volumeSlices(volume, { labels });
    expect(countElements(figure).get("image")).toBe(6);
    expect(figure.svg).toContain("xy at z = 8 µm");
    expect(figure.caption).toContain("20 × 16 × 8 voxel");
  });

  it("keeps true proportions where voxels are not cubes", async () => {
    const { svg } = await volumeSlices(volume, { slices: [{ plane: "xz", index: 3 }] });
    const [, width, height] = /<image [^>]*width="([\d.]+)" height="([\d.]+)"/.exec(svg)!;
    expect(Number(width) / Number(height)).toBeCloseTo(20 / (8 * 2), 2);
  });

  it("samples a slice that is larger than a screen, and says so", async () => {
    const figure = await volumeSlices(volumeOf([2500, 4, 2], () => 1));
    expect(pictureSizes(figure)[0]).toEqual([834, 2]);
    expect(figure.caption).toContain("One voxel in 3 along each axis");
  });

  it("refuses an empty volume, a slice outside and labels of another shape", async () => {
    await expect(volumeSlices(volumeOf([0, 4, 4], () => 0))).rejects.toMatchObject({ code: "EMPTY_INPUT" });
    await expect(volumeSlices(volume, { slices: [{ plane: "xy", index: 8 }] })).rejects.toMatchObject({
      code: "ARGUMENT",
    });
    await expect(volumeSlices(volume, { labels: volumeOf([20, 16, 7], () => 0) })).rejects.toMatchObject({
      code: "ARGUMENT",
    });
  });
});

describe("morphologies", () => {
  it("draws one path per type and a disc for the soma", async () => {
    const counts = countElements(await morphologies([twoBranches("a", 5)]));
    expect(counts.get("path")).toBe(2);
    expect(counts.get("circle")).toBe(1);
  });

  it("draws the largest neurons and says how many are left out", async () => {
    const many = Array.from({ length: 9 }, (_, i) => twoBranches(`n${i}`, 3 + i));
    const figure = await morphologies(many, { maxNeurons: 4 });
    expect(countElements(figure).get("circle")).toBe(4);
    expect(figure.svg).toContain(">n8<");
    expect(figure.svg).not.toContain(">n4<");
    expect(figure.caption).toContain("The 5 smaller ones of 9 are not drawn.");
  });

  it("draws a segment as wide as its diameter at the scale of the bar", async () => {
    const { svg } = await morphologies([twoBranches("a", 2)]);
    const [, x1, x2, um] = /<line x1="([\d.]+)" x2="([\d.]+)"[^>]*stroke-width="3"\/><text[^>]*>([\d.]+) µm/.exec(svg)!;
    const pixelsPerUm = (Number(x2) - Number(x1)) / Number(um);
    const width = Number(/<path [^>]*stroke-width="([\d.]+)"/.exec(svg)![1]);
    // Diameter 1 um; widths come in steps of a fifth of a pixel.
    expect(Math.abs(width - pixelsPerUm)).toBeLessThanOrEqual(0.1);
  });

  it("keeps every branch end when it passes over points closer than half a pixel", async () => {
    const dense = twoBranches("dense", 5000);
    const { svg } = await morphologies([dense]);
    expect(svg.length).toBeLessThan(80_000);
    const xs = [...svg.matchAll(/[ML]([\d.]+),/g)].map((m) => Number(m[1]));
    expect(Math.max(...xs) - Math.min(...xs)).toBeGreaterThan(780);
  });

  it("refuses to draw nothing", async () => {
    await expect(morphologies([])).rejects.toMatchObject({ code: "EMPTY_INPUT" });
  });
});

describe("adjacency matrix", () => {
  const input = { nNeurons: 3, source: [0, 0, 1, 2], target: [1, 1, 2, 0], weight: [1, 2, -4, 0], weightUnit: "nS" };

  it("draws one cell per pair, sums several synapses and tells an edge of weight zero from none", async () => {
    const figure = await adjacencyMatrix(input);
    expect(pictureSizes(figure)[0]).toEqual([3, 3]);
    expect(figure.caption).toContain("4 synapses between 3 ordered pairs of 3 neurons");
    expect(figure.svg).toContain("weight exactly 0");
    expect(figure.svg).toContain(">3<");
    expect(figure.svg).toContain("negative (−nS)");
  });

  it("sorts by class and names the classes", async () => {
    const figure = await adjacencyMatrix({ ...input, classOf: ["motor", "sensory", "motor"] });
    expect(figure.caption).toContain("motor: 2, sensory: 1");
    expect(figure.svg).toContain(">motor<");
  });

  it("bins a large matrix and says so", async () => {
    const figure = await adjacencyMatrix({
      nNeurons: 2000,
      source: [0],
      target: [1999],
      weight: [1],
      weightUnit: "nS",
    });
    expect(pictureSizes(figure)[0]).toEqual([500, 500]);
    expect(figure.caption).toContain("4 × 4 pairs");
  });

  it("refuses an index outside the network, naming the synapse", async () => {
    await expect(adjacencyMatrix({ ...input, target: [1, 1, 3, 0] })).rejects.toThrow(/synapse 2/);
  });
});

describe("degree distribution", () => {
  it("counts distinct partners once", async () => {
    const figure = await degreeDistribution({ nNeurons: 3, source: [0, 0, 0], target: [1, 1, 2] });
    countElements(figure);
    expect(figure.caption).toContain("2 connected ordered pairs");
    expect(figure.caption).toContain("largest out-degree 2, largest in-degree 1");
  });

  it("gives the share of neurons with at least k partners", () => {
    expect(survival(Uint32Array.of(0, 1, 1, 3))).toEqual([
      { degree: 0, share: 1 },
      { degree: 1, share: 0.75 },
      { degree: 3, share: 0.25 },
    ]);
  });

  it("P(K ≥ k) of Binomial(4, 1/2) is 1, 15/16, 11/16, 5/16, 1/16", () => {
    binomialSurvival(4, 0.5, 0).forEach(({ share }, k) => {
      expect(share).toBeCloseTo([1, 15 / 16, 11 / 16, 5 / 16, 1 / 16][k]!, 12);
    });
  });
});

it("scale bars have lengths of 1, 2 or 5 times a power of ten", () => {
  expect([0.7, 1, 3, 49, 50, 999].map(niceLength)).toEqual([0.5, 1, 2, 20, 50, 500]);
});

it("units are printed with µ, Ω and raised powers", () => {
  expect(["uA/cm2", "ohm*cm", "nS", "um", "mS/cm^2", "1/ms"].map(printedUnit)).toEqual([
    "µA/cm²",
    "Ω·cm",
    "nS",
    "µm",
    "mS/cm²",
    "1/ms",
  ]);
});
