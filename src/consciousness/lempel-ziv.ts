/**
 * Lempel–Ziv complexity of 1976 (LZ76): the number of words in the exhaustive history of a sequence. Not LZ78 (the
 * number of dictionary entries), which many libraries compute under the same name.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { log } from "../core/math.js";
import { countBinaryWords } from "./binary-words.js";
import { SuffixAutomaton } from "./suffix-automaton.js";

/** Binary sequences shorter than this are not worth a table. */
const shortForTable = 4096;

export type SymbolSequence = string | ArrayLike<number | boolean>;

/**
 * Number of words c of the exhaustive history. From left to right each word is the shortest piece that does not occur
 * earlier (the earlier copy may overlap the word, up to its last symbol); an unfinished last word counts as one.
 * Time and memory O(n): one suffix automaton is grown along the sequence, or for long binary ones a table is filled.
 *
 * @param sequence text (each UTF-16 unit a symbol) or numbers or booleans (each distinct value a symbol; NaN is refused).
 * @returns 0 for the empty sequence.
 * Source: Lempel & Ziv 1976, IEEE Trans Inf Theory 22:75; counting as in Kaspar & Schuster 1987, Phys Rev A 36:842.
 */
export function lempelZivComplexity(sequence: SymbolSequence): number {
  const { codes, alphabetSize } = encodeSymbols(sequence);
  if (alphabetSize <= 2 && codes.length >= shortForTable && codes.length <= 2 ** 30) {
    const words = countBinaryWords(codes);
    if (words !== null) return words;
  }
  const automaton = new SuffixAutomaton(codes.length, alphabetSize);
  let words = 0;
  for (let i = 0; i < codes.length; i++) {
    if (automaton.extend(codes[i]!)) continue;
    words++;
    automaton.startMatch();
  }
  return automaton.matchLength > 0 ? words + 1 : words;
}

/**
 * Complexity of a binary matrix (rows = sources, columns = time) by the scan used for PCI: columns in order of time,
 * each read down its rows. A word ends at the latest with its column, and may be copied from any earlier place of its
 * own column (overlap allowed) or from inside any earlier column. A column's rest that is such a copy costs nothing,
 * except in the last column, where the step that ends the scan always counts one (so a constant matrix has 2).
 * Time and memory O(rows · columns).
 *
 * @param matrix row-major, entry (r, t) at r·columns + t; any value but 0 is a 1.
 * Source: the two-dimensional extension of Kaspar & Schuster 1987 (Phys Rev A 36:842) in Casali et al. 2013 (Sci Transl
 * Med 5:198ra105); the ending follows the public implementation noreun/pypci, so that counts are comparable.
 */
export function lempelZivMatrixComplexity(matrix: ArrayLike<number | boolean>, rows: number, columns: number): number {
  if (rows * columns !== matrix.length) {
    throw new WbeError("ARGUMENT", `expected ${rows} × ${columns} entries, found ${matrix.length}`);
  }
  if (matrix.length === 0) return 0;
  const separator = 2;
  const automaton = new SuffixAutomaton((rows + 1) * columns, 3);
  let words = 1; // the step that ends the scan
  for (let t = 0; t < columns; t++) {
    for (let r = 0; r < rows; r++) {
      if (automaton.extend(matrix[r * columns + t] ? 1 : 0)) continue;
      words++;
      automaton.startMatch();
    }
    automaton.extend(separator);
    automaton.startMatch();
  }
  return words;
}

export interface NormalisedComplexity {
  /** Finite, whatever the input. */
  value: number;
  words: number;
  length: number;
  /** True when the sequence is constant or shorter than two, so that the ratio itself would be 0/0. */
  noResponse: boolean;
}

/**
 * c·log_b(n)/n with b the number of distinct symbols, at least 2; tends to 1 for random sequences of equally frequent
 * symbols. A sequence of fewer than two symbols has value 0 with the flag `noResponse`. A constant one keeps the ratio's
 * value (2·log2(n)/n), which is well defined, and has the flag too.
 *
 * Source: Lempel & Ziv 1976; Zhang et al. 2009, J Math Chem 46:1203 (base of the logarithm).
 */
export function normalisedLempelZiv(sequence: SymbolSequence): NormalisedComplexity {
  const { codes, alphabetSize } = encodeSymbols(sequence);
  const words = lempelZivComplexity(codes);
  const length = codes.length;
  const value = length < 2 ? 0 : (words * log(length)) / log(Math.max(2, alphabetSize)) / length;
  return { value, words, length, noResponse: alphabetSize < 2 };
}

/**
 * c·log2(L)/(L·H) with H = −p·log2 p − (1−p)·log2(1−p), p the share of ones: the normalisation of PCI, which removes
 * the effect of how many entries are active. A constant sequence (H = 0: a silent or a saturated response) has value 0
 * and the flag `noResponse`; the ratio itself is 0/0.
 *
 * @param words LZ76 count of the sequence or matrix; @param ones number of ones; @param length number of entries L.
 * Source: Casali et al. 2013, Sci Transl Med 5:198ra105.
 */
export function normaliseBySourceEntropy(words: number, ones: number, length: number): NormalisedComplexity {
  if (ones <= 0 || ones >= length) return { value: 0, words, length, noResponse: true };
  const value = (words * log(length)) / (Math.LN2 * length * binaryEntropy(ones / length));
  return { value, words, length, noResponse: false };
}

/** Entropy in bits of a binary source with probability p of a one; 0 at p = 0 and p = 1. */
export function binaryEntropy(p: number): number {
  if (p <= 0 || p >= 1) return 0;
  return -(p * log(p) + (1 - p) * log(1 - p)) / Math.LN2;
}

/** Numbers the distinct symbols 0, 1, … in order of first appearance. */
function encodeSymbols(sequence: SymbolSequence): { codes: Uint32Array; alphabetSize: number } {
  const codes = new Uint32Array(sequence.length);
  const known = new Map<number | boolean | string, number>();
  let last: number | boolean | string | undefined;
  let lastCode = 0;
  const first = sequence[0];
  for (let i = 0; i < codes.length; i++) {
    const symbol = sequence[i]!;
    if (symbol === last) {
      codes[i] = lastCode;
      continue;
    }
    if (symbol === first) {
      codes[i] = 0;
      if (i === 0) known.set(symbol, 0);
      continue;
    }
    if (typeof symbol === "number" && Number.isNaN(symbol)) {
      throw new WbeError("NOT_FINITE", "expected symbols, found NaN", {
        where: `entry ${i}`,
        remedy: "Binarise or remove missing values first.",
      });
    }
    let code = known.get(symbol);
    if (code === undefined) {
      code = known.size;
      known.set(symbol, code);
    }
    last = symbol;
    lastCode = code;
    codes[i] = code;
  }
  return { codes, alphabetSize: known.size };
}
