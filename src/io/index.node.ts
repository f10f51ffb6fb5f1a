/**
 * `wbe/io` in Node: everything of `wbe/io`, and files.
 *
 * @module
 */
export { fileSink, fileSource } from "./file.node.js";
export { localFolder } from "./folder.node.js";
export * from "./index.js";
export {
  beginRunFolder,
  readRunFolder,
  type StreamedRunFolder,
  streamStore,
  writeRunFolder,
} from "./run-folder.node.js";
