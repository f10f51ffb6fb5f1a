/** Damage to files, by a seed: what the fuzzer feeds to readers. */
import { RandomStream } from "wbe/core";

const edges = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

/** One to eight changes: bits, bytes, words of extreme values, pieces cut, copied or removed. */
export function mutate(bytes: Uint8Array, next: () => number): Uint8Array {
  let out = new Uint8Array(bytes);
  const below = (n: number) => Math.floor(next() * n);
  for (let change = 1 + below(8); change > 0; change--) {
    const n = out.length;
    if (n === 0) break;
    // Structure stands at the beginning of most files.
    const at = next() < 0.5 ? below(Math.min(n, 1024)) : below(n);
    const kind = below(8);
    if (kind === 0) out = out.slice(0, at);
    else if (kind === 1) out[at]! ^= 1 << below(8);
    else if (kind === 2) out[at] = below(256);
    else if (kind === 3) {
      const word = edges[below(edges.length)]!;
      for (let k = 0; k < 4 && at + k < n; k++) out[at + k] = (word >>> (8 * k)) & 255;
    } else if (kind === 4) out[at] = 0x30 + below(10);
    else {
      const length = 1 + below(Math.min(64, n - at));
      const piece = out.slice(at, at + length);
      const where = below(n);
      const [head, tail] = [out.subarray(0, where), out.subarray(where)];
      if (kind === 5) out.set(piece.subarray(0, Math.min(piece.length, n - where)), where);
      else if (kind === 6) out = concat([head, piece, tail]);
      else out = concat([out.subarray(0, at), out.subarray(at + length)]);
    }
  }
  return out;
}

function concat(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Uniform numbers from 0 to 1 by a seed. */
export function randomOf(seed: number): () => number {
  const stream = new RandomStream(seed, 1);
  return () => stream.uniform();
}

/** ms that the process has computed: on a busy machine the clock says nothing. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
