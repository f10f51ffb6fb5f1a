/**
 * `wbe/io` in Node: everything of `wbe/io`, and files.
 *
 * @module
 */
export { fileSink, fileSource } from "./file.node.js";
export { localFolder } from "./folder.node.js";
export * from "./index.js";
export { readRunFolder, streamStore, writeRunFolder } from "./run-folder.node.js";
