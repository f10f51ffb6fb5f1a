/**
 * One sequence of random numbers at a time, the same as a RandomStream of core/random.ts gives: Philox4x32-10 with key
 * (seed, stream) and counter (entity, step, draw, part); part is 0 in all but rows by source (_rows.ts). Words are made
 * thirty-two at a time, eight blocks side by side in the lanes of two vectors.
 */
let seed: u32 = 0, stream: u32 = 0, entity: u32 = 0, step: u32 = 0, part: u32 = 0;
/** Block that is made next: a sequence of a build stays far below 2³² of them. */
let draw: u32 = 0;

/** Words of eight blocks, and how many bytes of them have been used. */
export const bufferBytes: usize = 128;
export const buffer: usize = memory.data(128, 16);
let used: usize = bufferBytes;

/**
 * For loops that take many words: `used` in a local variable, which they give back in the end. At bufferBytes they refill
 * and begin at 0. (A global would be stored and loaded between any two words.)
 */
// @ts-ignore: decorator
@inline
export function usedBytes(): usize {
  return used;
}

// @ts-ignore: decorator
@inline
export function giveBack(bytes: usize): void {
  used = bytes;
}

/** Stands at the start of a sequence. */
export function startSequence(newSeed: u32, newStream: u32, newEntity: u32, newStep: u32): void {
  seed = newSeed;
  stream = newStream;
  entity = newEntity;
  step = newStep;
  part = 0;
  draw = 0;
  used = bufferBytes;
}

/** As startSequence, for one of many parts of what would be one sequence: each can be drawn without the others. */
export function startPart(newSeed: u32, newStream: u32, newEntity: u32, newStep: u32, newPart: u32): void {
  startSequence(newSeed, newStream, newEntity, newStep);
  part = newPart;
}

/** Upper halves of four 64-bit products, two in each argument. */
// @ts-ignore: decorator
@inline
function high(a: v128, b: v128): v128 {
  return v128.shuffle<u32>(a, b, 1, 3, 5, 7);
}

// @ts-ignore: decorator
@inline
function low(a: v128, b: v128): v128 {
  return v128.shuffle<u32>(a, b, 0, 2, 4, 6);
}

// @ts-ignore: decorator
@inline
function storeBlocks(at: usize, c0: v128, c1: v128, c2: v128, c3: v128): void {
  // Lanes → blocks.
  const p = v128.shuffle<u32>(c0, c1, 0, 4, 1, 5), q = v128.shuffle<u32>(c2, c3, 0, 4, 1, 5);
  const r = v128.shuffle<u32>(c0, c1, 2, 6, 3, 7), t = v128.shuffle<u32>(c2, c3, 2, 6, 3, 7);
  v128.store(at, v128.shuffle<u64>(p, q, 0, 2));
  v128.store(at, v128.shuffle<u64>(p, q, 1, 3), 16);
  v128.store(at, v128.shuffle<u64>(r, t, 0, 2), 32);
  v128.store(at, v128.shuffle<u64>(r, t, 1, 3), 48);
}

/** The next eight blocks. Two vectors side by side: each round waits for the one before. */
export function refill(): void {
  const m0 = i32x4.splat(0xd2511f53), m1 = i32x4.splat(0xcd9e8d57);
  let c0 = i32x4.splat(entity), c1 = i32x4.splat(step), c3 = i32x4.splat(part);
  let c2 = i32x4.add(i32x4.splat(draw), i32x4(0, 1, 2, 3));
  let d0 = c0, d1 = c1, d3 = c3;
  let d2 = i32x4.add(c2, i32x4.splat(4));
  let k0 = i32x4.splat(seed), k1 = i32x4.splat(stream);
  for (let round = 0; round < 10; round++) {
    const a0 = i64x2.extmul_low_i32x4_u(c0, m0), b0 = i64x2.extmul_high_i32x4_u(c0, m0);
    const e0 = i64x2.extmul_low_i32x4_u(d0, m0), f0 = i64x2.extmul_high_i32x4_u(d0, m0);
    const a1 = i64x2.extmul_low_i32x4_u(c2, m1), b1 = i64x2.extmul_high_i32x4_u(c2, m1);
    const e1 = i64x2.extmul_low_i32x4_u(d2, m1), f1 = i64x2.extmul_high_i32x4_u(d2, m1);
    c0 = v128.xor(v128.xor(high(a1, b1), c1), k0);
    d0 = v128.xor(v128.xor(high(e1, f1), d1), k0);
    c1 = low(a1, b1);
    d1 = low(e1, f1);
    c2 = v128.xor(v128.xor(high(a0, b0), c3), k1);
    d2 = v128.xor(v128.xor(high(e0, f0), d3), k1);
    c3 = low(a0, b0);
    d3 = low(e0, f0);
    k0 = i32x4.add(k0, i32x4.splat(0x9e3779b9));
    k1 = i32x4.add(k1, i32x4.splat(0xbb67ae85));
  }
  storeBlocks(buffer, c0, c1, c2, c3);
  storeBlocks(buffer + 64, d0, d1, d2, d3);
  draw += 8;
  used = 0;
}

/** Uniform in [0, 2³²). */
// @ts-ignore: decorator
@inline
export function nextWord(): u32 {
  if (used == bufferBytes) refill();
  const word = load<u32>(buffer + used);
  used += 4;
  return word;
}

/** Uniform in [0, 1) from two words. */
// @ts-ignore: decorator
@inline
export function uniformOf(first: u32, second: u32): f64 {
  return (<f64>(first >> 5) * 67108864.0 + <f64>(second >> 6)) * 1.1102230246251565e-16;
}

/** Uniform in (0, 1), symmetric about ½, from two words. */
// @ts-ignore: decorator
@inline
export function uniformOpenOf(first: u32, second: u32): f64 {
  return (<f64>(first >> 6) * 67108864.0 + <f64>(second >> 6) + 0.5) * 2.220446049250313e-16;
}

/** Uniform in [0, 1): two words. */
// @ts-ignore: decorator
@inline
export function nextUniform(): f64 {
  const first = nextWord();
  return uniformOf(first, nextWord());
}

/** Words at and above this are not used for whole numbers below n, so that none is favoured; 0 where all are (n | 2³²). */
// @ts-ignore: decorator
@inline
export function wordLimit(n: u32): u32 {
  return 0 - <u32>(0x100000000 % <u64>n);
}

/** Whole number uniform in [0, n), n ≥ 1; `limit` = wordLimit(n). */
// @ts-ignore: decorator
@inline
export function nextInteger(n: u32, limit: u32): u32 {
  let word = nextWord();
  while (limit != 0 && word >= limit) word = nextWord();
  return word % n;
}
