/**
 * `wbe/compiler`: model declarations → checked models → kernels.
 *
 * @module
 */
export { buildProgram, type CompiledModel, type CompileOptions, compileModel, compileWat } from "./compile.js";
export { createReferenceKernel, emitJs, type KernelArrays, type ReferenceKernel } from "./emit-js.js";
export { emitMembrane, membraneWords } from "./emit-membrane.js";
export { emitWat } from "./emit-wat.js";
export { evaluateNodes } from "./evaluate.js";
export { functionTable } from "./functions.js";
export { integrators } from "./integrators/index.js";
export type { KernelProgram } from "./kernel.js";
export { descriptorWords, kernelExport } from "./layout.js";
export { buildMembrane, type MembraneProgram } from "./membrane.js";
export { type CheckedModel, checkModel, type Port } from "./model.js";
export { type NmodlModel, readNmodl } from "./nmodl/read.js";
export { parseExpression, parseStatements } from "./parse.js";
export { propagators } from "./propagator.js";
