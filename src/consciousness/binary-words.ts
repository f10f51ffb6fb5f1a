/**
 * LZ76 words of long binary sequences, several times faster than by suffix automaton where few pieces recur at length.
 *
 * @module
 */

/** Pieces up to this length are looked up in a table of 2^25 bits at most. */
const longestTable = 24;
/** Places that begin alike in so many symbols make one chain: its heads fit a processor's cache. */
const longestKey = 19;

/**
 * Number of words of the exhaustive history (see `lempelZivComplexity`), or null when earlier copies of the pieces are so
 * many that the suffix automaton is the better way: memory and time stay O(n) in any case.
 *
 * A bit for every piece of up to K ≈ log2 n symbols says whether it has begun so far; a piece has only if its beginnings
 * have, so that each symbol sets few bits. Longer copies are found along chains of the places that begin alike.
 *
 * @param sequence 0 and 1.
 */
export function countBinaryWords(sequence: Uint8Array | Uint32Array): number | null {
  const symbols = new Uint8Array(sequence);
  const n = symbols.length;
  const K = Math.min(longestTable, Math.max(1, Math.ceil(Math.log2(n + 1))));
  const mask = 2 ** K - 1;
  /** Bit (1 << length) + code. */
  const begun = new Uint32Array(Math.max(1, 2 ** (K + 1) / 32));
  const latest = new Int32Array(2 ** Math.min(K, longestKey)).fill(-1);
  const keyShift = Math.max(0, K - longestKey);
  const before = new Int32Array(n);
  let budget = 16 * n;

  /** The K symbols from `start` on as a number, zeros beyond the end; moves on with `entered`. */
  let code = 0;
  for (let i = 0; i < K; i++) code = code * 2 + (i < n ? symbols[i]! : 0);
  let entered = 0;

  /** Enters the pieces that begin at `entered` and moves on. */
  const enter = (): void => {
    const room = n - entered;
    let length = K;
    let piece = code;
    if (room < K) {
      length = room;
      piece = code >> (K - room);
    } else {
      const key = code >> keyShift;
      before[entered] = latest[key]!;
      latest[key] = entered;
    }
    for (; length > 0; length--, piece >>= 1) {
      const index = (1 << length) + piece;
      const bit = 1 << (index & 31);
      if (begun[index >> 5]! & bit) break;
      begun[index >> 5]! |= bit;
    }
    entered++;
    const next = entered + K - 1;
    code = ((code << 1) & mask) | (next < n ? symbols[next]! : 0);
  };

  let words = 0;
  let start = 0;
  while (start < n) {
    while (entered < start) enter();
    // The longest piece from `start` on that has begun before.
    let length = Math.min(K, n - start);
    let piece = length < K ? code >> (K - length) : code;
    for (; length > 0; length--, piece >>= 1) {
      const index = (1 << length) + piece;
      if (begun[index >> 5]! & (1 << (index & 31))) break;
    }
    if (length === K) {
      for (let place = latest[code >> keyShift]!; place >= 0; place = before[place]!) {
        let same = K - keyShift;
        while (start + same < n && symbols[place + same] === symbols[start + same]) same++;
        if (same > length) length = same;
        budget -= 1 + same - (K - keyShift);
        if (budget < 0) return null;
        if (start + length >= n) break;
      }
    }
    words++;
    start += length + 1;
  }
  return words;
}
