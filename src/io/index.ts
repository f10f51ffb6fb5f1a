/**
 * wbe/io: file formats, each a reader and writer over range-readable bytes.
 *
 * @module
 */
export {
  baseName,
  blobSource,
  bytesSource,
  type Category,
  type Format,
  memorySink,
  type ReadOptions,
  readText,
  type Sink,
  type Source,
  type WriteOptions,
  writeText,
} from "./format.js";
export { detectFormat, formats } from "./formats.js";
export { readSwc, swcFormat, writeSwc } from "./swc.js";
