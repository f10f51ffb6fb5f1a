/**
 * One sequence of random numbers at a time, the same as a RandomStream of core/random.ts gives: Philox4x32-10 with key
 * (seed, stream) and counter (entity, step, draw, 0). Numbers leave by words; a block is made when its first is asked for.
 */
let seed: u32 = 0, stream: u32 = 0, entity: u32 = 0, step: u32 = 0;
/** Words used so far: a sequence of a build stays far below 2³² of them. */
let words: u32 = 0;
let b0: u32 = 0, b1: u32 = 0, b2: u32 = 0, b3: u32 = 0;

// @ts-ignore: decorator
@inline const M0: u64 = 0xd2511f53;
// @ts-ignore: decorator
@inline const M1: u64 = 0xcd9e8d57;

/** Stands at the start of a sequence. */
export function startSequence(newSeed: u32, newStream: u32, newEntity: u32, newStep: u32): void {
  seed = newSeed;
  stream = newStream;
  entity = newEntity;
  step = newStep;
  words = 0;
}

function fillBlock(): void {
  let c0 = entity, c1 = step, c2 = words >> 2, c3: u32 = 0, k0 = seed, k1 = stream;
  for (let round = 0; round < 10; round++) {
    const product0 = M0 * <u64>c0;
    const product1 = M1 * <u64>c2;
    c0 = <u32>(product1 >> 32) ^ c1 ^ k0;
    c1 = <u32>product1;
    c2 = <u32>(product0 >> 32) ^ c3 ^ k1;
    c3 = <u32>product0;
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  b0 = c0;
  b1 = c1;
  b2 = c2;
  b3 = c3;
}

/** Uniform in [0, 2³²). */
// @ts-ignore: decorator
@inline
export function nextWord(): u32 {
  const place = words & 3;
  if (place == 0) fillBlock();
  words++;
  const low = place & 1 ? b1 : b0;
  const high = place & 1 ? b3 : b2;
  return place & 2 ? high : low;
}

/** Uniform in [0, 1): two words. */
// @ts-ignore: decorator
@inline
export function nextUniform(): f64 {
  const high = nextWord() >> 5;
  return (<f64>high * 67108864.0 + <f64>(nextWord() >> 6)) * 1.1102230246251565e-16;
}

/** Uniform in (0, 1), symmetric about ½: two words. */
// @ts-ignore: decorator
@inline
export function nextUniformOpen(): f64 {
  const high = nextWord() >> 6;
  return (<f64>high * 67108864.0 + <f64>(nextWord() >> 6) + 0.5) * 2.220446049250313e-16;
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
