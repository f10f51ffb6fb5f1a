/**
 * `wbe explain MODEL`: a model as a reader wants it, down to the kernel that runs.
 *
 * @module
 */
import { z } from "zod";
import { WbeError } from "../../core/errors.js";
import type { NeuronDeclaration } from "../../neuron-models/declaration.js";
import type { SynapseDeclaration } from "../../synapse-models/declaration.js";
import { defineCommand } from "../command.js";
import { describeModel, describeSynapse } from "../model-text.js";

export const explainCommand = defineCommand({
  name: "explain",
  summary: "print a model: equations, parameters, checks and the generated kernel",
  details: `
Without a model it lists the catalogue. A model is an id of the catalogue or a script (.ts, .js) that exports
declarations. The model is checked (names, units) and compiled; what is printed last is the kernel: as readable
JavaScript, the reference that tests hold against the SIMD kernel, or as the WebAssembly text that runs. A synapse is
shown in the kernel of a LIF neuron that receives it.`,
  arguments: {
    model: z.string().optional().describe("id of a model (any case), or a script that exports declarations"),
  },
  options: {
    wat: z.boolean().default(false).describe("print the SIMD kernel as WebAssembly text"),
    declaration: z.boolean().default(false).describe("print the declaration as JSON and nothing else"),
    method: z.string().optional().meta({
      placeholder: "NAME",
      description: "another integrator than the declared one: euler, heun, rk4, exponential-euler, exact",
    }),
    precision: z.enum(["f64", "f32"]).default("f64").meta({
      placeholder: "FORMAT",
      description: "number format of the kernel: f64, or f32 for four neurons per vector",
    }),
  },
  examples: [
    "wbe explain",
    "wbe explain HodgkinHuxley",
    "wbe explain AdEx --method euler --wat",
    "wbe explain LIF --precision f32 --wat",
    "wbe explain ExpConductance",
  ],
  async run({ model, wat, declaration, method, precision }, io) {
    const { neuronModels, leakyIntegrateAndFire } = await import("../../neuron-models/index.js");
    const { synapseModels } = await import("../../synapse-models/index.js");
    const catalogue: readonly Declaration[] = [...neuronModels, ...synapseModels];
    if (model === undefined) {
      const width = Math.max(...catalogue.map((m) => m.id.length));
      for (const [title, models] of [
        ["Neurons", neuronModels],
        ["Synapses", synapseModels],
      ] as const) {
        io.stdout.write(`${title}\n`);
        for (const { id, doc = "" } of models) io.stdout.write(`  ${id.padEnd(width)}  ${doc}\n`);
      }
      return;
    }
    const isScript = /\.[cm]?[jt]s$/.test(model);
    for (const one of isScript ? await modelsOfScript(model, io.cwd) : [findModel(model, catalogue)]) {
      if (declaration) io.stdout.write(`${JSON.stringify(one, null, 2)}\n`);
      else if (isSynapse(one))
        io.stdout.write(await describeSynapse(one, leakyIntegrateAndFire, { method, wat, precision }));
      else io.stdout.write(await describeModel(one, { method, wat, precision }));
    }
  },
});

type Declaration = NeuronDeclaration | SynapseDeclaration;

const isSynapse = (model: Declaration): model is SynapseDeclaration => "onSpike" in model;

function findModel(name: string, catalogue: readonly Declaration[]): Declaration {
  const found = catalogue.find(({ id }) => id.toLowerCase() === name.toLowerCase());
  if (!found) {
    throw new WbeError("NAME_UNKNOWN", `no model "${name}" in the catalogue`, {
      remedy: `It holds ${catalogue.map(({ id }) => id).join(", ")}. A model of your own is named by its script.`,
    });
  }
  return found;
}

async function modelsOfScript(path: string, cwd: string): Promise<Declaration[]> {
  const { loadScript } = await import("../load-script.js");
  const exported = Object.values(await loadScript(path, cwd));
  const found = exported.filter(isDeclaration);
  if (found.length === 0) {
    throw new WbeError("EMPTY_INPUT", "expected the script to export a model declaration, found none", {
      where: path,
      remedy: "Export what defineNeuron or defineSynapse returns.",
    });
  }
  return found;
}

/** Looks like a declaration; whether it is a sound one, the compiler says. */
function isDeclaration(value: unknown): value is Declaration {
  return (
    typeof value === "object" &&
    value !== null &&
    ["id", "equations", "params", "states"].every((key) => key in value) &&
    ("spike" in value || "onSpike" in value)
  );
}
