/** Volumes for the benchmarks of the scanner, and their peers. @module */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { output, peerFile, peerPython } from "../bench.js";

export interface PeerTime {
  readonly version: string;
  /** CPU time. */
  readonly seconds: number;
  readonly wall: number;
  readonly found: unknown;
}

/** One operation of scanner.py, or null when interop/.venv is not there. */
export function runScannerPeer(args: readonly (string | number)[]): PeerTime | null {
  const text = output(peerPython, [peerFile("scanner.py"), ...args.map(String)]);
  return text === null ? null : JSON.parse(text.trim().split("\n").at(-1)!);
}

export interface BenchVolume<A> {
  readonly name: string;
  readonly data: A;
  readonly shape: readonly [number, number, number];
}

/** Zeros and ones, `share` of them ones, by the generator of Numerical Recipes. */
export function randomMask(side: number, share: number): BenchVolume<Uint8Array> {
  const data = new Uint8Array(side ** 3);
  let state = 1;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    data[i] = state / 2 ** 32 < share ? 1 : 0;
  }
  return { name: `random, ${100 * share} %`, data, shape: [side, side, side] };
}

const dataFolder = process.env.WBE_DATA ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));
const crop = join(dataFolder, "imaging/fib25_64x64x64_uint64_segmentation.dat.gz");

/**
 * The FIB-25 crop of 64³ labels (SOURCES.md), mirrored and repeated to a larger volume; without the data folder cells of a
 * lattice, each pierced by the next.
 */
export function neuropil(shape: readonly [number, number, number]): BenchVolume<Uint32Array> {
  const isThere = existsSync(crop);
  const source = isThere ? new BigUint64Array(new Uint8Array(gunzipSync(readFileSync(crop))).buffer) : undefined;
  const mirrored = (v: number) => ((v >> 6) % 2 === 0 ? v % 64 : 63 - (v % 64));
  const label = (x: number, y: number, z: number): number => {
    if (source) return Number(source[mirrored(x) + 64 * (mirrored(y) + 64 * mirrored(z))]);
    const inPipe = Math.abs((x % 32) - 16) + Math.abs((y % 32) - 16) < 6;
    return 1 + ((((x >> 5) + (inPipe ? 1 : 0)) * 31 + (y >> 5)) * 31 + (inPipe ? 0 : z >> 5));
  };
  const [nx, ny, nz] = shape;
  const data = new Uint32Array(nx * ny * nz);
  for (let z = 0, i = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) for (let x = 0; x < nx; x++, i++) data[i] = label(x, y, z);
  }
  return { name: isThere ? "EM labels (FIB-25, mirrored)" : "cells of a lattice", data, shape };
}

/** Writes a volume as NumPy has it, indexed [z, y, x]. */
export function writeNpy(path: string, { data, shape }: BenchVolume<Uint8Array | Uint32Array>): void {
  const [nx, ny, nz] = shape;
  const dtype = data instanceof Uint8Array ? "|u1" : "<u4";
  const head = `{'descr': '${dtype}', 'fortran_order': False, 'shape': (${nz}, ${ny}, ${nx}), }`;
  const length = Math.ceil((head.length + 11) / 64) * 64 - 10;
  const bytes = Buffer.alloc(10 + length, " ");
  bytes.write("\x93NUMPY\x01\x00", 0, "latin1");
  bytes.writeUInt16LE(length, 8);
  bytes.write(head, 10, "latin1");
  bytes.write("\n", 9 + length, "latin1");
  writeFileSync(path, Buffer.concat([bytes, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]));
}
