/** Consciousness metrics: LZ76 word counts and normalisation. @module */
import { lempelZivComplexity, normaliseBySourceEntropy, normalisedLempelZiv } from "../../consciousness/index.js";
import { equal, type FigureCheck, type VerifyArea, within } from "./verify.js";

const source = "Lempel & Ziv 1976, IEEE Trans Inf Theory 22:75; counting of Kaspar & Schuster 1987, Phys Rev A 36:842";

const words: FigureCheck[] = (
  [
    ["1001111011000010", 6],
    ["0000000000000000", 2],
    ["0101010101010101", 3],
    ["0", 1],
    ["01", 2],
  ] as const
).map(([text, expected]) => ({
  id: `lz76-${text}`,
  what: `words of the exhaustive history of ${text}${expected === 6 ? " (LZ78 would give 8)" : ""}`,
  source,
  check: async () => equal(lempelZivComplexity(text), expected),
}));

export const consciousnessArea: VerifyArea = {
  area: "consciousness",
  figures: [
    ...words,
    {
      id: "lz76-normalised",
      what: "c·log2(n)/n of 1001111011000010",
      source: `${source}: 6 · 4 / 16`,
      check: async () => within(normalisedLempelZiv("1001111011000010").value, 1.5, 1e-12),
    },
    {
      id: "silent-response",
      what: "entropy-normalised complexity of a constant response (0/0 is taken as 0, with a flag)",
      source: "Casali et al. 2013, Sci Transl Med 5:198ra105: no response has no complexity",
      check: async () => {
        const { value, noResponse } = normaliseBySourceEntropy(lempelZivComplexity("0000000000000000"), 0, 16);
        return equal(`${value}, ${noResponse ? "no response" : "a response"}`, "0, no response");
      },
    },
  ],
};
