/** Every file of examples/ runs, and every block of README and CONTRIBUTING is what it says. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { buildProgram } from "wbe/compiler";
import { type Connectome, celegansTouchNeurons } from "wbe/connectome";
import { WbeError } from "wbe/core";
import type { NeuronDeclaration } from "wbe/neuron-models";
import { pairSTDPRule } from "wbe/plasticity";
import { SimulationEngine } from "wbe/simulation";
import { loadScript } from "../src/cli/load-script.js";

const root = fileURLToPath(new URL("../", import.meta.url));
const read = (path: string) => readFile(join(root, path), "utf8");
const lines: string[] = [];

beforeAll(() => {
  vi.spyOn(console, "log").mockImplementation((line: string) => {
    lines.push(line);
  });
  vi.spyOn(process.stderr, "write").mockImplementation(() => true); // progress
});
afterEach(() => {
  lines.length = 0;
});
afterAll(() => {
  vi.restoreAllMocks();
});

/** What each example must show; a file without an entry fails. */
const checks: Record<string, () => Promise<void>> = {
  "hello-brain.ts": async () => {
    const { engine, morphologies, phi, pci, report } = (await loadScript("examples/hello-brain.ts", root)) as {
      engine: SimulationEngine;
      morphologies: unknown[];
      phi: { value: number };
      pci: { value: number };
      report: { summaryScore: number };
    };
    expect(morphologies.length).toBe(50);
    expect(engine.stepCount).toBe(40_000);
    expect(engine.spikes().step.length).toBeGreaterThan(50);
    expect(pci.value).toBe(0);
    // The same bits everywhere, so the README may quote the line.
    expect(lines).toEqual([`Φ=${phi.value.toFixed(3)} PCI=0.000 fidelity=${(100 * report.summaryScore).toFixed(0)}%`]);
    const quoted = /It says Φ = ([\d.]+), PCI = ([\d.]+), fidelity = (\d+)%/.exec(await read("README.md"))!;
    expect(lines[0]).toBe(`Φ=${quoted[1]} PCI=${quoted[2]} fidelity=${quoted[3]}%`);
  },
  "celegans-touch.ts": async () => {
    const { connectome, engine } = (await loadScript("examples/celegans-touch.ts", root)) as {
      connectome: Connectome;
      engine: SimulationEngine;
    };
    const { neuron, step, dt } = engine.spikes();
    const touch = new Set(celegansTouchNeurons.map((name) => connectome.indexOf(name)));
    // Command interneurons of backward and forward movement (Chalfie et al. 1985, J Neurosci 5:956).
    const command = ["AVAL", "AVAR", "AVBL", "AVBR", "AVDL", "AVDR", "PVCL", "PVCR"];
    for (const name of [...celegansTouchNeurons, ...command.slice(0, 2), ...command.slice(4)]) {
      const own = [...step].filter((_, k) => neuron[k] === connectome.indexOf(name)).map((s) => s * dt);
      expect(own.length, name).toBeGreaterThan(0);
      expect(own[0], name).toBeGreaterThan(200); // nothing before the touch
    }
    const first = neuron[0]!;
    expect(touch.has(first)).toBe(true);
  },
  "add-a-neuron-model.ts": async () => {
    const { currents, rates } = (await loadScript("examples/add-a-neuron-model.ts", root)) as {
      currents: number[];
      rates: number[];
    };
    // Rinzel & Ermentrout 1998: firing starts at 40 uA/cm2 at an arbitrarily low rate; test/neuron-models/worked-example.test.ts.
    expect(currents.map((current, k) => current >= 40 === rates[k]! > 0)).not.toContain(false);
    expect(lines.length).toBe(1 + currents.length);
  },
  "reference-network.json": async () => {
    // Its spikes are pinned by test/simulation/spike-hash.test.ts.
    const description: unknown = JSON.parse(await read("examples/reference-network.json"));
    const engine = await SimulationEngine.fromDescription(description, { catalogue: { rules: [pairSTDPRule] } });
    await engine.run({ duration: 50 });
    expect(engine.spikes().step.length).toBeGreaterThan(0);
  },
};

describe("examples", async () => {
  // examples/papers has its own test.
  const entries = await readdir(join(root, "examples"), { withFileTypes: true });
  it.each(entries.filter((entry) => entry.isFile()).map(({ name }) => name))(
    "%s runs and shows what it is for",
    async (file) => {
      expect(Object.keys(checks)).toContain(file);
      await checks[file]!();
    },
  );
});

describe("README", async () => {
  const readme = await read("README.md");
  const blocks = [...readme.matchAll(/```(\w+)\n([\s\S]*?)```/g)].map(([, language, text]) => ({
    language,
    text: text!,
  }));
  const block = (language: string, content: string): string => {
    const found = blocks.filter((b) => b.language === language && b.text.includes(content));
    expect(found.length).toBe(1);
    return found[0]!.text;
  };

  it("has no block that is not tested here", () => {
    expect(blocks.map(({ language }) => language)).toEqual(["sh", "ts", "ts", "json"]);
  });

  it("shows hello-brain as the file is, but for its exports", async () => {
    const file = await read("examples/hello-brain.ts");
    const [shown, rest] = [block("ts", "SyntheticDataGenerator"), file.split(/^(?=export \{)/m)];
    expect(rest.length).toBe(2);
    expect(rest[0]!.trimEnd()).toBe(shown.trimEnd());
  });

  describe("its model", () => {
    let model: NeuronDeclaration;
    beforeAll(async () => {
      const folder = await mkdtemp(join(tmpdir(), "wbe-readme-"));
      await writeFile(join(folder, "model.ts"), block("ts", "MyAdEx"));
      model = (await loadScript("model.ts", folder)).adEx as NeuronDeclaration;
      await rm(folder, { recursive: true });
    });

    it("runs: a train at 1000 pA, silence without current", async () => {
      const engine = await SimulationEngine.fromDescription({
        version: 1,
        seed: 1,
        dt: 0.1,
        duration: 500,
        populations: [{ name: "cells", model, size: 2 }],
        stimuli: [{ kind: "constant", population: "cells", amplitude: { values: [0, 1000] } }],
      });
      await engine.run();
      const { neuron } = engine.spikes();
      expect(neuron.length).toBeGreaterThan(5);
      expect(neuron.every((i) => i === 1)).toBe(true);
    });

    it("is refused without its factor deltaT, in the words of the README", () => {
      const wrong = { ...model, equations: model.equations.replace("gL*deltaT*exp", "gL*exp") };
      let message = "";
      try {
        buildProgram(wrong, {});
      } catch (error) {
        if (!(error instanceof WbeError)) throw error;
        expect(error.code).toBe("DIMENSION");
        message = error.message;
      }
      expect(message).not.toBe("");
      expect(readme.replace(/\n {4}/g, " ")).toContain(message);
    });
  });

  it("its network runs, and fires", async () => {
    const engine = await SimulationEngine.fromDescription(JSON.parse(block("json", "populations")));
    await engine.run({ duration: 200 });
    const { neuron } = engine.spikes();
    expect(neuron.some((i) => i < 800)).toBe(true);
    expect(engine.view().populations.map(({ size }) => size)).toEqual([800, 200]);
  });

  it.each(["README.md", "CONTRIBUTING.md", "docs/architecture.md"])(
    "%s points to files and scripts that are there",
    async (page) => {
      const text = await read(page);
      const folder = page.includes("/") ? "docs/" : "";
      for (const [, target] of text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
        await expect(
          readdir(join(root, folder, target!)).catch(() => read(folder + target!)),
          target,
        ).resolves.toBeTruthy();
      }
      const { scripts } = JSON.parse(await read("package.json")) as { scripts: Record<string, string> };
      for (const [, name] of text.matchAll(/npm run ([\w:-]+)/g)) expect(Object.keys(scripts)).toContain(name);
    },
  );
});
