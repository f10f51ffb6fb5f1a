/** Every area of verification, loaded when asked for. @module */
import type { VerifyArea } from "../../validation/verify/verify.js";

export const verifyAreaLoaders: Readonly<Record<string, () => Promise<VerifyArea>>> = {
  formats: async () => (await import("../../validation/verify/formats.js")).formatsArea,
  scanner: async () => (await import("../../validation/verify/scanner.js")).scannerArea,
  connectome: async () => (await import("../../validation/verify/connectome.js")).connectomeArea,
  consciousness: async () => (await import("./consciousness.js")).consciousnessArea,
};
