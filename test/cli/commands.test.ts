import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { swcPart } from "../../src/cli/demo/swc.js";
import { loadScript } from "../../src/cli/load-script.js";
import { spikesOf, statesOf } from "../../src/io/run-arrays.js";
import { readRunFolder } from "../../src/io/run-folder.node.js";
import { readSwc } from "../../src/io/swc.js";
import { neuronModels } from "../../src/neuron-models/index.js";
import { growPyramidalNeuron } from "../../src/scanner/index.js";
import { synapseModels } from "../../src/synapse-models/index.js";
import { verifyAreaLoaders } from "../../src/validation/verify/areas.js";
import { wbe } from "./harness.js";

let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), "wbe-cli-"));
});
afterEach(() => rm(place, { recursive: true, force: true }));

describe("wbe explain", () => {
  it("lists the catalogue", async () => {
    const { out } = await wbe("explain");
    for (const { id } of [...neuronModels, ...synapseModels]) expect(out).toContain(id);
  });

  it.each(neuronModels.map((model) => model.id))("prints %s with equations, units, source and kernel", async (id) => {
    const { code, out } = await wbe(["explain", id.toLowerCase()]);
    expect(code).toBe(0);
    const model = neuronModels.find((m) => m.id === id)!;
    expect(out).toContain(model.source);
    for (const name of Object.keys(model.params)) expect(out).toContain(name);
    expect(out).toContain("for (let i = 0; i < n; i++)");
  });

  it.each(synapseModels.map((model) => model.id))(
    "prints %s with the kernel of a neuron that receives it",
    async (id) => {
      const { code, out } = await wbe(["explain", id]);
      expect(code).toBe(0);
      const model = synapseModels.find((m) => m.id === id)!;
      for (const part of [model.source, model.onSpike, model.current ?? "", 'port "syn"']) expect(out).toContain(part);
    },
  );

  it("prints the SIMD kernel as WebAssembly text", async () => {
    const { out } = await wbe("explain LIF --wat");
    expect(out).toContain("(module");
    expect(out).toMatch(/f64x2\.(?:mul|add)/);
    const { out: single } = await wbe("explain LIF --wat --precision f32");
    expect(single).toMatch(/f32x4\.(?:mul|add)/);
    expect(single).not.toContain("f64x2");
    expect((await wbe("explain LIF --precision f32")).out).toContain("fround(");
  });

  it("prints the declaration as JSON", async () => {
    const { out } = await wbe("explain AdEx --declaration");
    expect(JSON.parse(out)).toMatchObject({ id: "AdEx", method: "rk4" });
  });

  it("explains a user's own declaration, and points at its fault", async () => {
    const model = (equation: string) => `
      import { defineNeuron } from "wbe/neuron-models";
      export const mine = defineNeuron({
        id: "Mine", source: "test", params: { tau: [10, "ms"] }, states: { V: [0, "mV"] }, inputs: {},
        functions: { leak: "(x, tau) = -x/tau" }, equations: "${equation}", spike: "V > 1 mV", reset: "V = 0 mV", method: "euler" });`;
    await writeFile(join(place, "good.ts"), model("dV/dt = leak(V, tau) + 1 mV/sqrt(tau)*xi"));
    await writeFile(join(place, "bad.ts"), model("dV/dt = -V"));
    expect((await wbe("explain good.ts", { cwd: place })).out).toContain("dV/dt = leak(V, tau) + 1 mV/sqrt(tau)*xi");
    expect((await wbe("explain good.ts", { cwd: place })).out).toContain("leak(x, tau) = -x/tau");
    expect((await wbe("explain good.ts", { cwd: place })).out).toContain("normal(firstNeuron + i, step + k, 0)");
    const bad = await wbe("explain bad.ts", { cwd: place });
    expect([bad.code, bad.err]).toEqual([1, expect.stringContaining("error [DIMENSION]")]);
  });
});

describe("wbe verify", () => {
  it.each(Object.keys(verifyAreaLoaders))("area %s holds and prints the JSON of the design", async (area) => {
    const { code, out } = await wbe(["verify", area, "--fast", "--json"]);
    const result = JSON.parse(out);
    expect(result.figures.filter((figure: { ok: boolean }) => !figure.ok)).toEqual([]);
    expect(code).toBe(0);
    expect(result).toMatchObject({ area, passed: result.figures.length, failed: 0 });
    const ids = result.figures.map((figure: { id: string }) => figure.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const figure of result.figures) {
      expect(Object.keys(figure).sort()).toEqual(["expected", "got", "id", "ok", "source", "tolerance", "what"]);
    }
  });

  it("refuses an unknown area and names the areas", async () => {
    const { code, err } = await wbe("verify nowhere");
    expect(code).toBe(1);
    expect(err).toContain("formats");
  });

  it("says when the folder of reference data is not there", async () => {
    expect((await wbe("verify cells --fast --data nowhere")).err).toMatch(/does not exist.*nowhere/s);
  });
});

describe("wbe bench", () => {
  it("lists the benchmarks and refuses an unknown one", async () => {
    expect((await wbe("bench")).code).toBe(0);
    expect((await wbe("bench nothing")).err).toContain('no benchmark "nothing"');
  });
});

describe("scripts", () => {
  it("anywhere on the disk may import wbe, await at the top level and import each other", async () => {
    await writeFile(join(place, "other.ts"), "export const three: number = 3;");
    await writeFile(
      join(place, "script.ts"),
      `import { WbeError } from "wbe/core"; import { three } from "./other.ts";
       const four: number = await Promise.resolve(4);
       export const seven = three + four; export const code = new WbeError("FILE", "x").code;`,
    );
    expect(await loadScript("script.ts", place)).toMatchObject({ seven: 7, code: "FILE" });
  });

  it("run anew each time they are loaded", async () => {
    await writeFile(
      join(place, "count.ts"),
      "const g = globalThis as { runs?: number }; export const runs = (g.runs = (g.runs ?? 0) + 1);",
    );
    expect(await loadScript("count.ts", place)).toMatchObject({ runs: 1 });
    expect(await loadScript("count.ts", place)).toMatchObject({ runs: 2 });
  });

  it("that fail are named with file and line, and an error of wbe passes through", async () => {
    await writeFile(join(place, "broken.ts"), "\nconst a: { b?: () => void } = {};\n(a.b as () => void)();\n");
    const { code, err } = await wbe("run broken.ts", { cwd: place });
    expect(code).toBe(1);
    expect(err.replace(/\s+/g, " ")).toMatch(/the script failed with TypeError: .*broken\.ts/);
    await writeFile(join(place, "wrong.ts"), 'import { parseUnit } from "wbe/core"; parseUnit("furlong");');
    expect((await wbe("run wrong.ts", { cwd: place })).err).toContain("error [UNIT_UNKNOWN]");
    expect((await wbe("run absent.ts", { cwd: place })).err).toContain("error [FILE]");
  });

  it("are cancelled by the signal", async () => {
    await writeFile(join(place, "endless.ts"), "await new Promise((done) => setTimeout(done, 5000));");
    const cancel = new AbortController();
    setTimeout(() => cancel.abort(), 300);
    expect((await wbe("run endless.ts", { cwd: place, signal: cancel.signal })).code).toBe(130);
  });
});

describe("wbe run", () => {
  const script = `
    import { weightHistogram } from "wbe/validation";
    const volume = { data: Float32Array.from({ length: 64 }, (_, i) => i), shape: [4, 4, 4], voxelSize: [1, 1, 1], origin: [0, 0, 0] };
    const labels = { ...volume, data: Uint32Array.from({ length: 64 }, (_, i) => (i > 40 ? 1 : 0)), count: 1 };
    const spikes = { step: Uint32Array.of(5, 7), neuron: Uint32Array.of(0, 1), dt: 0.1, nNeurons: 2, startStep: 0, stopStep: 1000,
      populations: [{ name: "cells", start: 0, size: 2 }], pulseTimes: [] };
    const phi = { value: 0.5, unit: "bit", method: "m", parameters: {}, source: "s", null: { mean: 0.1, sd: 0.1, p: 0.01 }, warnings: ["short"] };
    const extra = await weightHistogram([1, 2], [2, 3], "nS", { id: "extra" });
    export { volume, labels, spikes, phi, extra };
    export const odd = { a: 1 }, three = 3;`;

  it("puts what a script exports into report, arrays and manifest", async () => {
    await writeFile(join(place, "mine.ts"), script);
    const { code, out, err } = await wbe("run mine.ts", { cwd: place });
    expect([code, err]).toEqual([0, expect.stringContaining("warning: Φ: short")]);
    expect(err).toContain("the report does not know what they are: odd");
    expect(out).toContain("2 spikes of 2 neurons in 100 ms (10.0 Hz). Φ = 0.500 bit. 1 further figure, 1 value.");
    const folder = join(place, "runs", "mine");
    expect((await readdir(join(folder, "figures"))).sort()).toEqual([
      "extra.svg",
      "null-distributions.svg",
      "raster.svg",
      "volume-slices.svg",
    ]);
    const report = await readFile(join(folder, "report.html"), "utf8");
    for (const part of [
      "Sections through the volume",
      "Spikes and population rates",
      "Φ",
      "mine.ts",
      '<td class="short">three</td>',
    ])
      expect(report).toContain(part);
    const manifest = JSON.parse(await readFile(join(folder, "manifest.json"), "utf8"));
    expect(manifest).toMatchObject({ format: "wbe-run", description: "mine.ts", inputs: [{ name: "mine.ts" }] });
    expect(manifest.arrays.map((a: { path: string }) => a.path)).toEqual(["spikes/step", "spikes/neuron"]);
  });

  it("never writes over an older run unless told to", async () => {
    await writeFile(join(place, "mine.ts"), script);
    await wbe("run mine.ts", { cwd: place });
    await wbe("run mine.ts", { cwd: place });
    expect((await readdir(join(place, "runs"))).sort()).toEqual(["mine", "mine-2"]);
    expect((await wbe("run mine.ts --out runs/mine", { cwd: place })).code).toBe(0);
    expect((await wbe("run mine.ts --out .", { cwd: place })).err).toContain("will not overwrite");
  });
});

describe("wbe run NETWORK.json", () => {
  const network = {
    version: 1,
    seed: 3,
    dt: 0.1,
    duration: 200,
    name: "one driven neuron",
    populations: [{ name: "cells", model: "LIF", size: 2 }],
    projections: [],
    stimuli: [{ kind: "constant", population: "cells", neurons: [0], amplitude: 300 }],
    recorders: [{ kind: "spikes" }, { kind: "state", population: "cells", variable: "V", every: 1 }],
  };

  it("fires as the closed form says, and keeps spikes, states and the description", async () => {
    await writeFile(join(place, "net.json"), JSON.stringify(network));
    const { code, out, err } = await wbe("run net.json --out run", { cwd: place });
    expect([code, err]).toEqual([0, expect.stringContaining("simulating: 100 %")]);
    expect(out).toContain("run/report.html");
    const run = await readRunFolder(join(place, "run"));
    // C/gL = 20 ms, gL·20 mV = 250 pA to threshold: first spike at 20·ln(300/(300 − 250)) = 35.84 ms, stamped at the
    // end of its step; then 2 ms refractory and 20·ln((300 − 125)/(300 − 250)) = 25.06 ms from reset to threshold.
    const times = Array.from(spikesOf(run)!.step, (step) => step * 0.1);
    expect(times[0]).toBeCloseTo(35.9, 6);
    expect(times).toHaveLength(1 + Math.floor((200 - 35.9) / 27.1));
    expect(times[1]! - times[0]!).toBeCloseTo(27.1, 6);
    expect(statesOf(run)).toMatchObject([{ variable: "V", unit: "mV", population: "cells", dt: 0.1 }]);
    expect(run.manifest).toMatchObject({
      seed: 3,
      description: { name: "one driven neuron" },
      inputs: [{ name: "net.json" }],
    });
    expect(run.report).toContain("V over time");
  });

  it.each([
    ["not JSON", "{", "FORMAT"],
    [
      "an unknown model",
      JSON.stringify({ ...network, populations: [{ name: "cells", model: "Nobody", size: 2 }] }),
      "NAME_UNKNOWN",
    ],
    ["a negative dt", JSON.stringify({ ...network, dt: -1 }), "ARGUMENT"],
    ["a wrong field", JSON.stringify({ ...network, recorder: [] }), "DESCRIPTION_INVALID"],
  ])("refuses %s with one clear error and leaves no folder", async (_, text, errorCode) => {
    await writeFile(join(place, "net.json"), text);
    const { code, err } = await wbe("run net.json", { cwd: place });
    expect([code, err]).toEqual([1, expect.stringContaining(`error [${errorCode}]`)]);
    expect(await readdir(place)).toEqual(["net.json"]);
  });

  it("is cancelled by the signal, with code 130 and no folder", async () => {
    await writeFile(join(place, "net.json"), JSON.stringify({ ...network, duration: 1e7 }));
    const cancel = new AbortController();
    setTimeout(() => cancel.abort(), 400);
    const { code, err } = await wbe("run net.json", { cwd: place, signal: cancel.signal });
    expect([code, err]).toEqual([130, expect.stringContaining("error [CANCELLED]: the run was cancelled")]);
    expect(await readdir(place)).toEqual(["net.json"]);
  });
});

describe("the demo's morphology", () => {
  const io = { cwd: process.cwd(), signal: new AbortController().signal } as Parameters<typeof swcPart.run>[1];

  it("is grown, written as SWC, read back, drawn from two sides and measured", async () => {
    const { summary, sections, files } = await swcPart.run({ swc: undefined, isFast: true }, io);
    const own = growPyramidalNeuron({ seed: 7 });
    expect(summary).toContain(`${own.x.length.toLocaleString("en")} points`);
    expect(sections[0]!.figures).toHaveLength(2);
    expect(readSwc(files!["pyramidal-7.swc"]!).parent).toEqual(own.parent);
  });

  it("is the file given with --swc, and its hash is kept", async () => {
    await writeFile(join(place, "mine.swc"), "1 1 0 0 0 5 -1\n2 3 0 10 0 1 1\n3 3 0 20 0 1 2\n");
    const { summary, inputs } = await swcPart.run({ swc: "mine.swc", isFast: true }, { ...io, cwd: place });
    expect(summary).toContain("3 points, 10 µm of cable, 0 branch points");
    expect(inputs).toMatchObject([{ name: "mine.swc" }]);
  });
});
