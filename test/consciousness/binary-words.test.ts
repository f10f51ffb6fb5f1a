import { describe, expect, it } from "vitest";
import { countBinaryWords } from "../../src/consciousness/binary-words.js";
import { lempelZivComplexity } from "../../src/consciousness/lempel-ziv.js";
import { SuffixAutomaton } from "../../src/consciousness/suffix-automaton.js";
import { RandomStream } from "../../src/core/random.js";

/** Words by the definition: each is the shortest piece that is not a substring of all before its own last symbol. */
function wordsByDefinition(text: string): number {
  let words = 0;
  for (let start = 0; start < text.length; words++) {
    let stop = start + 1;
    while (stop <= text.length && text.slice(0, stop - 1).includes(text.slice(start, stop))) stop++;
    start = stop;
  }
  return words;
}

function wordsByAutomaton(bits: Uint8Array): number {
  const automaton = new SuffixAutomaton(bits.length, 2);
  let words = 0;
  for (const bit of bits) {
    if (automaton.extend(bit)) continue;
    words++;
    automaton.startMatch();
  }
  return automaton.matchLength > 0 ? words + 1 : words;
}

describe("LZ76 words of binary sequences", () => {
  it("equal the definition on 10,000 random strings, by table and by automaton", () => {
    const random = new RandomStream(76, 18);
    for (let trial = 0; trial < 10_000; trial++) {
      const n = 1 + random.integer(60);
      const p = random.uniform();
      const bits = Uint8Array.from({ length: n }, () => (random.uniform() < p ? 1 : 0));
      const expected = wordsByDefinition(bits.join(""));
      expect(countBinaryWords(bits)).toBe(expected);
      expect(lempelZivComplexity(bits)).toBe(expected);
    }
  });

  it("are the same by table and by automaton for long sequences of any density", () => {
    for (const p of [0.5, 0.3, 0.1]) {
      const random = new RandomStream(77, 18);
      const bits = Uint8Array.from({ length: 60_000 }, () => (random.uniform() < p ? 1 : 0));
      const byTable = countBinaryWords(bits);
      expect(byTable ?? wordsByAutomaton(bits)).toBe(wordsByAutomaton(bits));
      expect(lempelZivComplexity(bits)).toBe(wordsByAutomaton(bits));
    }
  });

  it("of a million equal or alternating symbols are 2 and 3", () => {
    expect(lempelZivComplexity(new Uint8Array(1_000_000))).toBe(2);
    expect(lempelZivComplexity(Uint8Array.from({ length: 1_000_000 }, (_, i) => i % 2))).toBe(3);
  });

  // Random sequences: c·log2(n)/n tends to 1 from above.
  it("of a million random bits are n/log2 n within 5 %", () => {
    const random = new RandomStream(78, 18);
    const bits = Uint8Array.from({ length: 1_000_000 }, () => random.integer(2));
    const share = (lempelZivComplexity(bits) * Math.log2(bits.length)) / bits.length;
    expect(Math.abs(share - 1)).toBeLessThan(0.05);
  });
});
