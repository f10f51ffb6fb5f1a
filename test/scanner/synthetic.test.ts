import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { growPyramidalNeuron, measureMorphology, SyntheticDataGenerator } from "wbe/scanner";
import { readSwc, writeSwc } from "../../src/io/swc.js";
import { labelComponents } from "../../src/scanner/components.js";

const hash = (data: Uint8Array | Uint32Array | Float32Array) =>
  createHash("sha256").update(new Uint8Array(data.buffer)).digest("hex").slice(0, 16);

describe("synthetic volume", () => {
  const volume = new SyntheticDataGenerator({ seed: 42 }).generateVolume([64, 64, 64], { nNeurons: 50 });
  const truth = volume.groundTruthLabels.data;
  const sizes = new Map<number, number>();
  for (const label of truth) if (label !== 0) sizes.set(label, (sizes.get(label) ?? 0) + 1);

  it("50 neurons fit into 64³ voxels, each of at least 400 voxels", () => {
    expect(volume.warnings).toEqual([]);
    expect(volume.trees.length).toBe(50);
    expect([...sizes.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, k) => k + 1));
    for (const size of sizes.values()) expect(size).toBeGreaterThanOrEqual(400);
  });

  it("no two neurons touch, each is one piece, and none reaches the border", () => {
    const mask = Uint8Array.from(truth, (label) => (label > 0 ? 1 : 0));
    const { labels, count } = labelComponents(mask, [64, 64, 64], 26);
    expect(count).toBe(50);
    const pairs = new Set<string>();
    truth.forEach((label, i) => {
      if (label !== 0) pairs.add(`${label},${labels[i]}`);
    });
    expect(pairs.size).toBe(50);
    truth.forEach((label, i) => {
      const at = [i % 64, Math.floor(i / 64) % 64, Math.floor(i / 4096)];
      if (at.some((v) => v === 0 || v === 63)) expect(label).toBe(0);
    });
  });

  it("the trees are whole: a soma, stems on its surface, branches, tapering, links of one step", () => {
    let nBranchPoints = 0;
    for (const tree of volume.trees) {
      const m = measureMorphology(tree);
      expect(m.soma.form).toBe("point");
      expect(m.nStems).toBeGreaterThanOrEqual(1);
      expect(m.cableLength).toBeGreaterThanOrEqual(46);
      nBranchPoints += m.nBranchPoints;
      for (let i = 1; i < tree.parent.length; i++) {
        const p = tree.parent[i]!;
        const d = Math.hypot(tree.x[i]! - tree.x[p]!, tree.y[i]! - tree.y[p]!, tree.z[i]! - tree.z[p]!);
        expect(d).toBeCloseTo(p === 0 ? tree.radius[0]! : 0.92, 9);
        expect(tree.radius[i]).toBeLessThan(tree.radius[p]!);
      }
    }
    expect(nBranchPoints).toBeGreaterThan(20);
  });

  it("background and soma have their grey levels, and the noise its standard deviation", () => {
    const far: number[] = [];
    truth.forEach((label, i) => {
      const x = i % 64;
      if (label === 0 && x === 0) far.push(volume.data[i]!);
    });
    const mean = far.reduce((s, v) => s + v, 0) / far.length;
    const sd = Math.sqrt(far.reduce((s, v) => s + (v - mean) ** 2, 0) / far.length);
    // 4096 values: standard error of the mean 0.22, of the deviation 0.16; rounding adds 1/12 to the variance.
    expect(Math.abs(mean - 40)).toBeLessThan(1);
    expect(Math.abs(sd - 14)).toBeLessThan(0.7);
    const centers = volume.trees.map((t) => {
      const [x, y, z] = [t.x[0]!, t.y[0]!, t.z[0]!].map(Math.round) as [number, number, number];
      return volume.data[x + 64 * (y + 64 * z)]!;
    });
    expect(Math.abs(centers.reduce((s, v) => s + v, 0) / 50 - 180)).toBeLessThan(8); // standard error 2
  });

  it("the same seed gives the same bits on every machine, another seed others", () => {
    expect(hash(volume.data as Uint8Array)).toBe("3f01e541e36a39ad");
    expect(hash(truth)).toBe("b71c3c8653c6488a");
    const other = new SyntheticDataGenerator({ seed: 43 }).generateVolume([64, 64, 64], { nNeurons: 50 });
    expect(hash(other.groundTruthLabels.data)).not.toBe(hash(truth));
  });

  it("without noise and blur the grey volume is the partial-volume picture of the trees", () => {
    const generator = new SyntheticDataGenerator({ seed: 1 });
    const v = generator.generateVolume([40, 40, 40], {
      nNeurons: 5,
      noise: 0,
      blur: 0,
      dtype: "float32",
      greyLevels: [0, 1],
    });
    expect(v.data).toBeInstanceOf(Float32Array);
    v.data.forEach((grey, i) => {
      expect(grey >= 0.5 - 1e-6).toBe(v.groundTruthLabels.data[i] !== 0);
      expect(grey >= 0 && grey <= 1).toBe(true);
    });
  });

  it("plants fewer with a warning where there is no room for all, and refuses where there is room for none", () => {
    const generator = new SyntheticDataGenerator({ seed: 3 });
    const crowded = generator.generateVolume([32, 32, 32], { nNeurons: 30 });
    expect(crowded.trees.length).toBeGreaterThan(0);
    expect(crowded.trees.length).toBeLessThan(30);
    expect(crowded.warnings[0]).toBe(`${crowded.trees.length} of 30 neurons were planted: the others found no room`);
    expect(() => generator.generateVolume([8, 8, 8], { nNeurons: 1 })).toThrow(
      expect.objectContaining({ code: "LIMIT" }),
    );
  });

  it("no neurons asked give an empty volume of background", () => {
    const v = new SyntheticDataGenerator({ seed: 3 }).generateVolume([8, 8, 8], { nNeurons: 0, noise: 0 });
    expect(v.trees).toEqual([]);
    expect(v.data.every((grey) => grey === 40)).toBe(true);
  });

  it("refuses options out of range", () => {
    const generator = new SyntheticDataGenerator({ seed: 1 });
    const bad: [unknown, unknown][] = [
      [[64, 64], { nNeurons: 1 }],
      [[64, 64, 0.5], { nNeurons: 1 }],
      [[64, 64, 64], { nNeurons: -1 }],
      [[64, 64, 64], {}],
      [[64, 64, 64], { nNeurons: 1, voxelSize: [1, 1, 0] }],
      [[64, 64, 64], { nNeurons: 1, noise: -1 }],
      [[64, 64, 64], { nNeurons: 1, somaRadius: [3, 2] }],
      [[64, 64, 64], { nNeurons: 1, blur: Number.NaN }],
    ];
    for (const [shape, options] of bad) {
      expect(() =>
        generator.generateVolume(shape as [number, number, number], options as { nNeurons: number }),
      ).toThrow(expect.objectContaining({ code: "ARGUMENT" }));
    }
    expect(() => generator.generateVolume([65536, 65536, 2], { nNeurons: 1 })).toThrow(
      expect.objectContaining({ code: "LIMIT" }),
    );
    expect(() => new SyntheticDataGenerator({ seed: -1 })).toThrow(expect.objectContaining({ code: "ARGUMENT" }));
  });
});

describe("synthetic pyramidal neuron", () => {
  it("has the parts and the size of one, for every seed", () => {
    for (let seed = 0; seed < 20; seed++) {
      const m = measureMorphology(growPyramidalNeuron({ seed }));
      expect(m.soma.form).toBe("three-point");
      expect(m.nStems).toBeGreaterThanOrEqual(7); // axon, apical trunk and 5 to 7 basal dendrites
      expect(m.nStems).toBeLessThanOrEqual(9);
      expect(Object.keys(m.cableLengthByType)).toEqual(["2", "3", "4"]);
      // Dendrites of rat pyramidal cells are 3 to 13 mm long in all (NeuroMorpho.org).
      expect(m.cableLength).toBeGreaterThan(3000);
      expect(m.cableLength).toBeLessThan(13000);
      expect(m.boundingBox.max[1]).toBeGreaterThan(350);
      expect(m.warnings).toEqual([]);
    }
  });

  it("survives SWC to the bit and is the same on every machine", () => {
    const m = growPyramidalNeuron({ seed: 7, soma: "point", name: "p" });
    expect(readSwc(writeSwc(m), { name: "p" })).toEqual(m);
    expect(createHash("sha256").update(writeSwc(m)).digest("hex").slice(0, 16)).toBe("5c3dde032c3e8d5f");
    expect(measureMorphology(m).soma.form).toBe("point");
  });
});
