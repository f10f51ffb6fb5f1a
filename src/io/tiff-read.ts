/**
 * Reads TIFF: strips and tiles, plain, PackBits, LZW and deflate, differences of integers, any bytes order.
 *
 * @module
 */
import type { NumericArray } from "../core/column.js";
import { WbeError } from "../core/errors.js";
import { throwIfCancelled } from "../core/progress.js";
import { baseName, byteLimit, checkBytes, type ReadOptions, type Source } from "./format.js";
import { inflate } from "./gzip.js";
import {
  bytesOf,
  decodeNumbers,
  type ImageVolume,
  makeImage,
  type NumberType,
  numberTypes,
  plainAffine,
  withoutBigints,
} from "./image-volume.js";
import { unpackBits, unpackLzw } from "./tiff-codecs.js";

/** Bytes per value of a field type. */
const fieldBytes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];
/** More pages or values than this are a damaged file. */
const mostPages = 2 ** 20;
const mostValues = 2 ** 24;

type Tags = ReadonlyMap<number, readonly number[] | string>;

interface Page {
  readonly width: number;
  readonly height: number;
  readonly samples: number;
  readonly type: NumberType;
  readonly compression: number;
  readonly predictor: number;
  readonly isPlanar: boolean;
  readonly blockWidth: number;
  readonly blockHeight: number;
  readonly offsets: readonly number[];
  readonly counts: readonly number[];
  readonly description: string;
  readonly resolution: readonly [number, number];
  readonly resolutionUnit: number;
}

class TiffFile {
  constructor(
    readonly source: Source,
    readonly littleEndian: boolean,
    readonly isBig: boolean,
  ) {}

  fail(expected: string, found: unknown): WbeError {
    return new WbeError("FORMAT", `expected ${expected}, found ${found}`, { where: this.source.name });
  }

  async view(start: number, length: number): Promise<DataView> {
    if (!(start >= 0 && start + length <= this.source.size)) {
      throw this.fail(`bytes ${start} to ${start + length}`, `a file of ${this.source.size}`);
    }
    const bytes = await this.source.read(start, start + length);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  long(view: DataView, at: number): number {
    return this.isBig ? Number(view.getBigUint64(at, this.littleEndian)) : view.getUint32(at, this.littleEndian);
  }

  async directory(at: number): Promise<{ tags: Tags; next: number }> {
    const head = await this.view(at, this.isBig ? 8 : 2);
    const count = this.isBig ? this.long(head, 0) : head.getUint16(0, this.littleEndian);
    const entry = this.isBig ? 20 : 12;
    if (count > 4096) throw this.fail("at most 4096 fields", count);
    const body = await this.view(at + head.byteLength, count * entry + (this.isBig ? 8 : 4));
    const tags = new Map<number, readonly number[] | string>();
    for (let k = 0; k < count; k++) {
      const p = k * entry;
      const tag = body.getUint16(p, this.littleEndian);
      const type = body.getUint16(p + 2, this.littleEndian);
      const n = this.long(body, p + 4);
      const size = fieldBytes[type] ?? 0;
      if (size === 0) continue;
      if (n > mostValues) throw this.fail(`at most ${mostValues} values`, n);
      const inline = this.isBig ? 8 : 4;
      const place = p + (this.isBig ? 12 : 8);
      const values = size * n <= inline ? body : await this.view(this.long(body, place), size * n);
      tags.set(tag, this.values(values, values === body ? place : 0, type, n));
    }
    return { tags, next: this.long(body, count * entry) };
  }

  private values(view: DataView, at: number, type: number, n: number): readonly number[] | string {
    const little = this.littleEndian;
    if (type === 2) {
      return new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at, n)).replace(/\0+$/, "");
    }
    return Array.from({ length: n }, (_, k) => {
      const p = at + k * fieldBytes[type]!;
      if (type === 1 || type === 7) return view.getUint8(p);
      if (type === 3) return view.getUint16(p, little);
      if (type === 4 || type === 13) return view.getUint32(p, little);
      if (type === 5) return view.getUint32(p, little) / view.getUint32(p + 4, little);
      if (type === 16 || type === 18) return Number(view.getBigUint64(p, little));
      if (type === 12) return view.getFloat64(p, little);
      return Number.NaN;
    });
  }
}

/** @throws WbeError FORMAT for a damaged or cut file, UNSUPPORTED for other compressions and pixels, LIMIT. */
export async function readTiff(source: Source, options: ReadOptions = {}): Promise<ImageVolume> {
  const head = await source.read(0, Math.min(16, source.size));
  if (head.length < 8)
    throw new WbeError("FORMAT", "expected a TIFF header, found too few bytes", { where: source.name });
  const littleEndian = head[0] === 0x49;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const version = view.getUint16(2, littleEndian);
  const file = new TiffFile(source, littleEndian, version === 43);
  if (version !== 42 && version !== 43) throw file.fail("TIFF version 42 or 43", version);
  if (file.isBig && head.length < 16) throw file.fail("a BigTIFF header", "too few bytes");
  const pages: Page[] = [];
  const seen = new Set<number>();
  let at = file.isBig ? file.long(view, 8) : file.long(view, 4);
  while (at !== 0) {
    throwIfCancelled(options.signal, "reading the image");
    if (seen.has(at) || seen.size > mostPages) throw file.fail("pages that end", "a circle");
    seen.add(at);
    const { tags, next } = await file.directory(at);
    pages.push(pageOf(file, tags));
    at = next;
  }
  const first = pages[0];
  if (!first) throw file.fail("a page", "none");
  // Thumbnails and other pages of another kind do not belong to the stack.
  const stack = pages.filter((page) => isLike(page, first));
  const warnings =
    stack.length < pages.length ? [`${pages.length - stack.length} pages of other sizes were left out`] : [];
  const slices = imageJSlices(first, stack.length);
  const perPage = first.width * first.height * first.samples;
  const limit = byteLimit(source.size, options);
  checkBytes(perPage * bytesOf(first.type) * slices, limit, source.name);
  const data = decodeNumbers(new Uint8Array(0), first.type, true);
  const all = new (data.constructor as Float64ArrayConstructor)(perPage * slices) as unknown as Float64Array;
  if (slices > stack.length) {
    // ImageJ writes large stacks as one page, with the others right after it.
    const bytes = perPage * bytesOf(first.type) * slices;
    const raw = await file.view(first.offsets[0] ?? 0, bytes);
    all.set(decodeNumbers(new Uint8Array(raw.buffer, raw.byteOffset, bytes), first.type, littleEndian) as Float64Array);
  } else {
    for (const [z, page] of stack.entries()) {
      throwIfCancelled(options.signal, "reading the image");
      all.set(await readPage(file, page, limit), z * perPage);
      options.onProgress?.(z + 1, stack.length);
    }
  }
  const values = withoutBigints(all, source.name);
  const { samples, width, height } = first;
  const ordered = samples === 1 ? values : samplesLast(values, samples, width * height, slices);
  return makeImage(ordered, [width, height, slices, samples], plainAffine(voxelSizeOf(first, warnings), [0, 0, 0]), {
    name: options.name ?? baseName(source.name),
    warnings,
  });
}

function pageOf(file: TiffFile, tags: Tags): Page {
  const list = (tag: number): readonly number[] => {
    const value = tags.get(tag);
    return typeof value === "object" ? value : [];
  };
  const one = (tag: number, otherwise: number): number => list(tag)[0] ?? otherwise;
  const [width, height, samples] = [one(256, 0), one(257, 0), one(277, 1)];
  const bits = one(258, 1);
  const kind = { 1: "u", 2: "i", 3: "f", 4: "u" }[one(339, 1)];
  const type = numberTypes.find((known) => known === `${kind}${bits / 8}`);
  if (!type || list(258).some((other) => other !== bits)) {
    throw new WbeError("UNSUPPORTED", `pixels of ${list(258).join(", ")} bits are not supported`, {
      where: file.source.name,
    });
  }
  const isTiled = tags.has(322);
  if (!(width > 0 && height > 0 && samples > 0 && samples <= 64)) {
    throw file.fail("sizes above 0", `${width} × ${height} × ${samples}`);
  }
  const offsets = list(isTiled ? 324 : 273);
  const counts = list(isTiled ? 325 : 279);
  const rows = Math.min(height, one(278, height));
  const [blockWidth, blockHeight] = isTiled ? [one(322, 0), one(323, 0)] : [width, rows];
  if (!(blockWidth > 0 && blockHeight > 0)) throw file.fail("sizes of tiles above 0", `${blockWidth} × ${blockHeight}`);
  const description = tags.get(270);
  return {
    width,
    height,
    samples,
    type,
    compression: one(259, 1),
    predictor: one(317, 1),
    isPlanar: one(284, 1) === 2,
    blockWidth,
    blockHeight,
    offsets,
    counts,
    description: typeof description === "string" ? description : "",
    resolution: [one(282, 0), one(283, 0)],
    resolutionUnit: one(296, 2),
  };
}

const isLike = (a: Page, b: Page) =>
  a.width === b.width && a.height === b.height && a.type === b.type && a.samples === b.samples;

function imageJSlices(page: Page, pages: number): number {
  const images = /^ImageJ=/.test(page.description) ? Number(/^images=(\d+)/m.exec(page.description)?.[1] ?? 1) : 1;
  return pages === 1 && page.compression === 1 && images > 1 ? images : pages;
}

async function readPage(file: TiffFile, page: Page, limit: number): Promise<Float64Array> {
  const { width, height, samples, type, isPlanar, blockWidth, blockHeight } = page;
  const across = Math.ceil(width / blockWidth);
  const down = Math.ceil(height / blockHeight);
  const planes = isPlanar ? samples : 1;
  const inBlock = isPlanar ? 1 : samples;
  const nBlocks = across * down * planes;
  if (page.offsets.length < nBlocks || page.counts.length < nBlocks) {
    throw file.fail(`${nBlocks} strips or tiles`, Math.min(page.offsets.length, page.counts.length));
  }
  const size = bytesOf(type);
  const fullBytes = blockWidth * blockHeight * inBlock * size;
  checkBytes(fullBytes, limit, file.source.name);
  const empty = decodeNumbers(new Uint8Array(0), type, true);
  const out = new (empty.constructor as Float64ArrayConstructor)(width * height * samples);
  for (let block = 0; block < nBlocks; block++) {
    const plane = Math.floor(block / (across * down));
    const x0 = (block % across) * blockWidth;
    const y0 = (Math.floor(block / across) % down) * blockHeight;
    // The last strip holds the rows that are left; tiles are always whole.
    const rows = blockWidth === width ? Math.min(blockHeight, height - y0) : blockHeight;
    const wanted = blockWidth * rows * inBlock * size;
    const bytes = await unpack(file, page, block, fullBytes);
    if (bytes.length < wanted) throw file.fail(`${wanted} bytes in strip or tile ${block}`, bytes.length);
    const values = decodeNumbers(bytes.subarray(0, wanted), type, file.littleEndian) as Float64Array;
    if (page.predictor === 2) addDifferences(values, blockWidth * inBlock, inBlock);
    const columns = Math.min(blockWidth, width - x0) * inBlock;
    for (let y = 0; y < Math.min(rows, height - y0); y++) {
      const row = values.subarray(y * blockWidth * inBlock, y * blockWidth * inBlock + columns);
      if (!isPlanar || samples === 1) out.set(row, ((y0 + y) * width + x0) * inBlock);
      else for (let x = 0; x < row.length; x++) out[((y0 + y) * width + x0 + x) * samples + plane] = row[x]!;
    }
  }
  return out;
}

async function unpack(file: TiffFile, page: Page, block: number, fullBytes: number): Promise<Uint8Array> {
  const view = await file.view(page.offsets[block]!, page.counts[block]!);
  const raw = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const where = file.source.name;
  if (page.predictor === 3) throw new WbeError("UNSUPPORTED", "differences of floats are not supported", { where });
  if (page.compression === 1) return raw;
  if (page.compression === 5) return unpackLzw(raw, fullBytes, where);
  if (page.compression === 32773) return unpackBits(raw, fullBytes);
  // A little more than a block may be padding.
  if (page.compression === 8 || page.compression === 32946) return inflate(raw, "deflate", fullBytes + 65536, where);
  throw new WbeError("UNSUPPORTED", `compression ${page.compression} is not supported`, {
    where,
    remedy: "Save it without compression, or as LZW or deflate.",
  });
}

/** Undoes horizontal differences; typed arrays wrap as the format does. */
function addDifferences(values: NumericArray, row: number, samples: number): void {
  for (let start = 0; start < values.length; start += row) {
    const end = Math.min(start + row, values.length);
    for (let i = start + samples; i < end; i++) values[i]! += values[i - samples];
  }
}

/** Samples of a pixel become frames. */
function samplesLast(values: NumericArray, samples: number, pixels: number, slices: number): NumericArray {
  const out = values.slice();
  for (let z = 0; z < slices; z++) {
    for (let p = 0; p < pixels; p++) {
      for (let s = 0; s < samples; s++) {
        out[(s * slices + z) * pixels + p] = values[(z * pixels + p) * samples + s]!;
      }
    }
  }
  return out;
}

function voxelSizeOf(page: Page, warnings: string[]): [number, number, number] {
  const number = (pattern: RegExp) => Number(pattern.exec(page.description)?.[1] ?? Number.NaN);
  if (/<OME[\s>]/.test(page.description)) {
    const size = (axis: string) => {
      const value = number(new RegExp(`PhysicalSize${axis}="([^"]+)"`));
      const unit = new RegExp(`PhysicalSize${axis}Unit="([^"]+)"`).exec(page.description)?.[1] ?? "µm";
      const factor = { nm: 1e-3, mm: 1e3, cm: 1e4, m: 1e6, Å: 1e-4 }[unit] ?? 1;
      return value > 0 ? value * factor : 1;
    };
    return [size("X"), size("Y"), size("Z")];
  }
  const spacing = number(/^spacing=([\d.eE+-]+)/m);
  const unit = /^unit=(.*)$/m.exec(page.description)?.[1]?.trim();
  const [rx, ry] = page.resolution;
  if (/^ImageJ=/.test(page.description) && unit !== undefined) {
    const factor = { nm: 1e-3, mm: 1e3, cm: 1e4, inch: 25400 }[unit] ?? 1;
    const size = (resolution: number) => (resolution > 0 && Number.isFinite(resolution) ? factor / resolution : 1);
    return [size(rx), size(ry), spacing > 0 ? spacing * factor : 1];
  }
  const perUnit = page.resolutionUnit === 3 ? 1e4 : 25400;
  // 72 dots per inch and the like speak of paper.
  if (page.resolutionUnit === 3 && rx > 1000 && ry > 1000) return [perUnit / rx, perUnit / ry, 1];
  warnings.push("no voxel size: taken as 1 um");
  return [1, 1, 1];
}
