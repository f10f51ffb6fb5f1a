/**
 * ZIP archives: entries by name, stored or deflated, each bounded before it is unpacked (APPNOTE 6.3, without ZIP64,
 * encryption and several disks).
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { confinePath } from "./folder.js";
import { byteLimit, checkBytes, type ReadOptions, type Source } from "./format.js";
import { inflate } from "./gzip.js";

export interface ZipEntry {
  readonly name: string;
  /** Bytes when unpacked, as declared. */
  readonly size: number;
  read(): Promise<Uint8Array>;
}

export const isZip = (head: Uint8Array): boolean =>
  head[0] === 0x50 && head[1] === 0x4b && ((head[2] === 3 && head[3] === 4) || (head[2] === 5 && head[3] === 6));

/** @throws WbeError FORMAT for a damaged archive and names that leave it, UNSUPPORTED for other kinds, LIMIT. */
export async function readZip(source: Source, options: ReadOptions = {}): Promise<ZipEntry[]> {
  const where = source.name;
  const fail = (found: string) => new WbeError("FORMAT", `expected a ZIP archive, found ${found}`, { where });
  const tailStart = Math.max(0, source.size - 65557);
  const tail = await source.read(tailStart, source.size);
  const at = findBackwards(tail, [0x50, 0x4b, 5, 6]);
  if (at < 0 || at + 22 > tail.length) throw fail("no directory");
  const end = new DataView(tail.buffer, tail.byteOffset + at);
  const [count, length, start] = [end.getUint16(10, true), end.getUint32(12, true), end.getUint32(16, true)];
  if (count === 0xffff || start === 0xffffffff) throw new WbeError("UNSUPPORTED", "ZIP64 is not supported", { where });
  if (start + length > source.size) throw fail("a directory beyond the end");
  const bytes = await source.read(start, start + length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const limit = byteLimit(source.size, options);
  const entries: ZipEntry[] = [];
  let total = 0;
  for (let p = 0, k = 0; k < count; k++) {
    if (p + 46 > bytes.length || view.getUint32(p, true) !== 0x02014b50) throw fail("a damaged directory");
    const [flags, method] = [view.getUint16(p + 8, true), view.getUint16(p + 10, true)];
    const [crc, packed, size] = [
      view.getUint32(p + 16, true),
      view.getUint32(p + 20, true),
      view.getUint32(p + 24, true),
    ];
    const nameLength = view.getUint16(p + 28, true);
    const next = p + 46 + nameLength + view.getUint16(p + 30, true) + view.getUint16(p + 32, true);
    if (next > bytes.length) throw fail("a damaged directory");
    const name = confinePath(new TextDecoder().decode(bytes.subarray(p + 46, p + 46 + nameLength)), "", where);
    const offset = view.getUint32(p + 42, true);
    p = next;
    total += size;
    checkBytes(total, limit, where);
    if (flags & 1) throw new WbeError("UNSUPPORTED", "encrypted archives are not supported", { where });
    if (method !== 0 && method !== 8) {
      throw new WbeError("UNSUPPORTED", `compression method ${method} is not supported`, { where: `${where}:${name}` });
    }
    entries.push({ name, size, read: () => readEntry(source, { name, offset, packed, size, method, crc }) });
  }
  return entries;
}

interface Located {
  name: string;
  offset: number;
  packed: number;
  size: number;
  method: number;
  crc: number;
}

async function readEntry(source: Source, { name, offset, packed, size, method, crc }: Located): Promise<Uint8Array> {
  const where = `${source.name}:${name}`;
  const local = await source.read(offset, Math.min(source.size, offset + 30));
  const view = new DataView(local.buffer, local.byteOffset, local.byteLength);
  if (local.length < 30 || view.getUint32(0, true) !== 0x04034b50) {
    throw new WbeError("FORMAT", "expected an entry of a ZIP archive, found other bytes", { where });
  }
  const start = offset + 30 + view.getUint16(26, true) + view.getUint16(28, true);
  const raw = await source.read(start, start + packed);
  const bytes = method === 0 ? raw : await inflate(raw, "deflate-raw", size, where);
  if (bytes.length !== size || crc32(bytes) !== crc) {
    throw new WbeError("FORMAT", `expected ${size} bytes with their checksum, found ${bytes.length} others`, { where });
  }
  return bytes;
}

function findBackwards(bytes: Uint8Array, pattern: readonly number[]): number {
  for (let at = bytes.length - pattern.length; at >= 0; at--) {
    if (pattern.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}

let crcTable: Uint32Array | undefined;

/** CRC-32 of ISO 3309. */
export function crc32(bytes: Uint8Array): number {
  crcTable ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return value;
  });
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 255]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** An archive of stored entries, as numpy.savez writes. @throws WbeError LIMIT beyond 4 GiB */
export function encodeZip(entries: readonly (readonly [name: string, bytes: Uint8Array])[]): Uint8Array {
  const names = entries.map(([name]) => new TextEncoder().encode(name));
  const total = entries.reduce((sum, [, bytes], i) => sum + 76 + 2 * names[i]!.length + bytes.length, 22);
  if (total >= 2 ** 32 || entries.length >= 0xffff)
    throw new WbeError("LIMIT", `a ZIP archive cannot hold ${total} bytes`);
  const output = new Uint8Array(total);
  const view = new DataView(output.buffer);
  let at = 0;
  const offsets: number[] = [];
  /** The fields that an entry and its directory line share, from the version on. */
  const common = (p: number, [, bytes]: readonly [string, Uint8Array], name: Uint8Array) => {
    view.setUint16(p, 20, true);
    // Names are UTF-8; dates are 1980-01-01, so that the same arrays give the same bytes.
    view.setUint16(p + 2, 0x800, true);
    view.setUint16(p + 8, 0x21, true);
    view.setUint32(p + 10, crc32(bytes), true);
    view.setUint32(p + 14, bytes.length, true);
    view.setUint32(p + 18, bytes.length, true);
    view.setUint16(p + 22, name.length, true);
  };
  entries.forEach((entry, i) => {
    offsets.push(at);
    view.setUint32(at, 0x04034b50, true);
    common(at + 4, entry, names[i]!);
    output.set(names[i]!, at + 30);
    output.set(entry[1], at + 30 + names[i]!.length);
    at += 30 + names[i]!.length + entry[1].length;
  });
  const start = at;
  entries.forEach((entry, i) => {
    view.setUint32(at, 0x02014b50, true);
    view.setUint16(at + 4, 20, true);
    common(at + 6, entry, names[i]!);
    view.setUint32(at + 42, offsets[i]!, true);
    output.set(names[i]!, at + 46);
    at += 46 + names[i]!.length;
  });
  view.setUint32(at, 0x06054b50, true);
  view.setUint16(at + 8, entries.length, true);
  view.setUint16(at + 10, entries.length, true);
  view.setUint32(at + 12, at - start, true);
  view.setUint32(at + 16, start, true);
  return output;
}
