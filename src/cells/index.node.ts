/**
 * `wbe/cells` in Node: everything of `wbe/cells`, and folders.
 *
 * @module
 */
export { allenCell } from "./allen.node.js";
export * from "./index.js";
