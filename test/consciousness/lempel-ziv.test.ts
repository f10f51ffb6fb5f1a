import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  binaryEntropy,
  lempelZivComplexity,
  lempelZivMatrixComplexity,
  normaliseBySourceEntropy,
  normalisedLempelZiv,
} from "../../src/consciousness/lempel-ziv.js";
import { RandomStream } from "../../src/core/random.js";
import { Stream } from "../../src/core/streams.js";

/** Words by the definition: each is the shortest piece that is not a substring of all before its own last symbol. */
function exhaustiveHistory(text: string): string[] {
  const words: string[] = [];
  let start = 0;
  while (start < text.length) {
    let stop = start + 1;
    while (stop <= text.length && text.slice(0, stop - 1).includes(text.slice(start, stop))) stop++;
    words.push(text.slice(start, stop));
    start = stop;
  }
  return words;
}

/** The matrix scan by its definition, on columns as strings. */
function columnScan(columns: string[]): number {
  let words = 1;
  columns.forEach((column, t) => {
    let start = 0;
    while (start < column.length) {
      let stop = start + 1;
      const known = (end: number) => {
        const piece = column.slice(start, end);
        return column.slice(0, end - 1).includes(piece) || columns.slice(0, t).some((c) => c.includes(piece));
      };
      while (stop <= column.length && known(stop)) stop++;
      if (stop <= column.length) words++;
      start = stop;
    }
  });
  return words;
}

function rowMajor(columns: string[]): number[] {
  const rows = columns[0]!.length;
  return Array.from({ length: rows * columns.length }, (_, i) =>
    Number(columns[i % columns.length]![Math.floor(i / columns.length)]),
  );
}

describe("lempelZivComplexity", () => {
  it.each([
    ["1001111011000010", 6],
    ["0000000000000000", 2],
    ["0101010101010101", 3],
    ["0", 1],
    ["01", 2],
    ["", 0],
    ["0001101001000101", 6], // Kaspar & Schuster 1987: 0·001·10·100·1000·101
  ])("counts the words of %j (CASES O17, Kaspar & Schuster)", (text, words) => {
    expect(lempelZivComplexity(text)).toBe(words);
  });

  it("splits 1001111011000010 as 1·0·01·1110·1100·0010 in the definition that serves as oracle", () => {
    expect(exhaustiveHistory("1001111011000010").join("·")).toBe("1·0·01·1110·1100·0010");
  });

  it("equals the definition on random binary and four-letter strings", () => {
    const texts = fc.oneof(
      fc.string({ unit: fc.constantFrom("0", "1"), maxLength: 120 }),
      fc.string({ unit: fc.constantFrom("a", "b", "c", "d"), maxLength: 120 }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(lempelZivComplexity(text)).toBe(exhaustiveHistory(text).length);
      }),
      { numRuns: 1500 },
    );
  });

  it("equals the definition on repetitive strings, where states of the automaton split often", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("01", "0010", "1", "00", "0110100110010110"), { maxLength: 30 }),
        (pieces) => {
          const text = pieces.join("");
          expect(lempelZivComplexity(text)).toBe(exhaustiveHistory(text).length);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("reads numbers, booleans and typed arrays as symbols, whatever their values", () => {
    const bits = [1, 0, 0, 1, 1, 1, 1, 0, 1, 1, 0, 0, 0, 0, 1, 0];
    expect(lempelZivComplexity(bits)).toBe(6);
    expect(lempelZivComplexity(bits.map((bit) => bit === 1))).toBe(6);
    expect(lempelZivComplexity(Float64Array.from(bits, (bit) => bit * 7.5 - 3))).toBe(6);
  });

  it("gives a sequence of n different symbols n words, also with more symbols than a dense table holds", () => {
    expect(lempelZivComplexity(Array.from({ length: 20_000 }, (_, i) => i))).toBe(20_000);
  });

  it("refuses NaN, naming the entry", () => {
    expect(() => lempelZivComplexity([0, 1, Number.NaN])).toThrow(/entry 2/);
  });

  it("takes a million random bits in seconds, and their count is near n/log2 n", () => {
    const random = new RandomStream(1, Stream.nullModel);
    const bits = Uint8Array.from({ length: 1_000_000 }, () => random.integer(2));
    const words = lempelZivComplexity(bits);
    const limit = bits.length / Math.log2(bits.length);
    // The ratio tends to 1 from above, slowly: 1.05 at a million is what the search form gives as well.
    expect(words / limit).toBeGreaterThan(1);
    expect(words / limit).toBeLessThan(1.08);
  });
});

const reference = `${process.env.WBE_DATA ?? fileURLToPath(new URL("../../../shared/data", import.meta.url))}/consciousness/lempel_ziv_reference.json`;

describe.runIf(existsSync(reference))("collected reference strings", () => {
  interface Case {
    s: string;
    lz76: number;
    source: string;
  }
  const cases = existsSync(reference) ? (JSON.parse(readFileSync(reference, "utf8")).cases as Case[]) : [];

  it.each(cases.map((c) => [c.s, c.lz76, c.source] as const))("%j has %i words (%s)", (text, words) => {
    expect(lempelZivComplexity(text)).toBe(words);
  });
});

describe("normalisations", () => {
  it("gives c·log2(n)/n: 1.5, 0.5 and 0.75 for the strings of CASES O17", () => {
    expect(normalisedLempelZiv("1001111011000010").value).toBeCloseTo(1.5, 14);
    expect(normalisedLempelZiv("0101010101010101").value).toBeCloseTo(0.75, 14);
    const constant = normalisedLempelZiv("0000000000000000");
    expect(constant.value).toBeCloseTo(0.5, 14);
    expect(constant.noResponse).toBe(true);
  });

  it("takes the number of symbols as base, as the published values of the alphabet and of HELLO WORLD do", () => {
    expect(normalisedLempelZiv("ABCDEFGHIJKLMNOPQRSTUVWXYZ").value).toBeCloseTo(1, 14);
    expect(normalisedLempelZiv("HELLO WORLD! HELLO WORLD! HELLO WORLD! HELLO WORLD!").value).toBeCloseTo(
      0.38596001132145313,
      14,
    );
  });

  it("is 0 with the flag for one symbol and for none, never NaN", () => {
    for (const text of ["0", ""]) expect(normalisedLempelZiv(text)).toMatchObject({ value: 0, noResponse: true });
  });

  it("by source entropy is 0 with the flag for constant strings, never NaN or Infinity", () => {
    expect(normaliseBySourceEntropy(2, 0, 16)).toMatchObject({ value: 0, noResponse: true });
    expect(normaliseBySourceEntropy(2, 16, 16)).toMatchObject({ value: 0, noResponse: true });
    expect(normaliseBySourceEntropy(1, 0, 1)).toMatchObject({ value: 0, noResponse: true });
  });

  it("by source entropy is c·log2(L)/L when half the entries are ones", () => {
    expect(normaliseBySourceEntropy(6, 8, 16).value).toBeCloseTo(1.5, 14);
  });

  it("a constant signal, binarised with > or ≥, is a constant string", () => {
    const signal = Array(20).fill(3.7);
    for (const bits of [signal.map((x) => x > 3.7), signal.map((x) => x >= 3.7)]) {
      expect(normalisedLempelZiv(bits).noResponse).toBe(true);
    }
  });

  it("binary entropy is 1 bit at one half, 0.0808 at one per cent and 0 at the ends", () => {
    expect(binaryEntropy(0.5)).toBeCloseTo(1, 15);
    expect(binaryEntropy(0.01)).toBeCloseTo(0.0807931358959, 12);
    expect([binaryEntropy(0), binaryEntropy(1)]).toEqual([0, 0]);
  });
});

describe("lempelZivMatrixComplexity", () => {
  const columnSets = fc.integer({ min: 1, max: 12 }).chain((rows) =>
    fc.array(fc.string({ unit: fc.constantFrom("0", "1"), minLength: rows, maxLength: rows }), {
      minLength: 1,
      maxLength: 12,
    }),
  );

  it("equals the definition of the column scan on random matrices", () => {
    fc.assert(
      fc.property(columnSets, (columns) => {
        const rows = columns[0]!.length;
        expect(lempelZivMatrixComplexity(rowMajor(columns), rows, columns.length)).toBe(columnScan(columns));
      }),
      { numRuns: 1000 },
    );
  });

  // Counts and PCI of random matrices (row-major) from noreun/pypci with bitarray; relative error of its logarithms only.
  it.each([
    [2, 5, "0010110101", 5, 1.6609640474436813],
    [4, 7, "0010111111011000011001000010", 9, 1.5509340602232589],
    [
      10,
      20,
      "01000100001000101100001100011000100001000001010101000101101000000000010111100100000000001110000000000010110010010010101010000000001000000010010010100100000010001100000001011000001100101010111110000000",
      22,
      0.9540824506518816,
    ],
  ])(
    "gives the count and the PCI of the public implementation for a %i × %i matrix",
    (rows, columns, bits, words, pci) => {
      const matrix = Array.from(bits, Number);
      const ones = matrix.reduce((sum, bit) => sum + bit, 0);
      expect(lempelZivMatrixComplexity(matrix, rows, columns)).toBe(words);
      expect(normaliseBySourceEntropy(words, ones, matrix.length).value).toBeCloseTo(pci, 13);
    },
  );

  it("charges nothing for a column that repeats an earlier one", () => {
    const columns = ["0110", "1011", "0011"];
    const once = lempelZivMatrixComplexity(rowMajor(columns), 4, 3);
    const repeated = lempelZivMatrixComplexity(rowMajor([...columns, "1011", "0110", "0011"]), 4, 6);
    expect(repeated).toBe(once);
  });

  it("is 2 for a constant matrix and 0 for an empty one", () => {
    expect(lempelZivMatrixComplexity(new Uint8Array(300), 10, 30)).toBe(2);
    expect(lempelZivMatrixComplexity([], 0, 0)).toBe(0);
  });

  it("refuses a shape that does not fit", () => {
    expect(() => lempelZivMatrixComplexity([0, 1, 0], 2, 2)).toThrow(/2 × 2 entries, found 3/);
  });
});
