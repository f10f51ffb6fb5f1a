/** Every area of verification, loaded when asked for. @module */
import type { VerifyArea } from "../../validation/verify/verify.js";

export const verifyAreaLoaders: Readonly<Record<string, () => Promise<VerifyArea>>> = {
  engine: async () => (await import("../../validation/verify/engine.js")).engineArea,
  cells: async () => (await import("../../validation/verify/cells.js")).cellsArea,
  plasticity: async () => (await import("../../validation/verify/plasticity.js")).plasticityArea,
  synapses: async () => (await import("../../validation/verify/synapses.js")).synapsesArea,
  formats: async () => (await import("../../validation/verify/formats.js")).formatsArea,
  scanner: async () => (await import("../../validation/verify/scanner.js")).scannerArea,
  connectome: async () => (await import("../../validation/verify/connectome.js")).connectomeArea,
  consciousness: async () => (await import("./consciousness.js")).consciousnessArea,
};
