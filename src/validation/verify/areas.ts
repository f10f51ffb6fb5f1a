/** Every area of verification, loaded when asked for. @module */
import type { VerifyArea } from "./verify.js";

export const verifyAreaLoaders: Readonly<Record<string, () => Promise<VerifyArea>>> = {
  engine: async () => (await import("./engine.js")).engineArea,
  cells: async () => (await import("./cells.js")).cellsArea,
  plasticity: async () => (await import("./plasticity.js")).plasticityArea,
  synapses: async () => (await import("./synapses.js")).synapsesArea,
  formats: async () => (await import("./formats.js")).formatsArea,
  scanner: async () => (await import("./scanner.js")).scannerArea,
  connectome: async () => (await import("./connectome.js")).connectomeArea,
  consciousness: async () => (await import("./consciousness.js")).consciousnessArea,
  validation: async () => (await import("./validation.js")).validationArea,
  pipeline: async () => (await import("./pipeline.js")).pipelineArea,
};
