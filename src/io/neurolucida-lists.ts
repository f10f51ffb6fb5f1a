/**
 * The nested lists of a Neurolucida text: points, words, branches divided by bars, spines in angle brackets, comments
 * from a semicolon to the end of the line. What they mean is in neurolucida.ts.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";

/** um */
export interface AscPoint {
  readonly kind: "point";
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly diameter: number;
  readonly line: number;
}

export interface AscList {
  readonly kind: "list";
  readonly items: AscItem[];
  readonly line: number;
}

export type AscItem =
  | AscPoint
  | AscList
  | { readonly kind: "word" | "text"; readonly text: string; readonly line: number }
  | { readonly kind: "bar" | "spine"; readonly line: number };

/** Blanks and comments; brackets and bars; text in quotes; words. Sticky, one alternative a token. */
const token = /[\s,]+|;[^\r\n]*|[()|<>]|"[^"]*"|[^\s,;()|<>"]+/y;
const number = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;

/** @throws WbeError FORMAT naming the line of a bracket that is not closed or not open, and of points that are none. */
export function readAscLists(text: string, where: string): { lists: AscList[]; comments: string[] } {
  const comments: string[] = [];
  const root: AscList = { kind: "list", items: [], line: 1 };
  const open: AscList[] = [root];
  let spines = 0;
  let spineLine = 0;
  /** Numbers of the list on top while it holds nothing else: a point. */
  let numbers: number[] | undefined;
  let line = 1;
  const fault = (expected: string, found: string, at = line) =>
    new WbeError("FORMAT", `expected ${expected}, found ${found}`, { where: `${where}, line ${at}` });
  token.lastIndex = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const found = token.exec(text)?.[0];
    if (found === undefined) throw fault("a closed text", JSON.stringify(text.slice(at, at + 20)));
    const first = found[0]!;
    const top = open[open.length - 1]!;
    if (/^[\s,]/.test(found)) {
      for (let i = 0; i < found.length; i++) if (found.charCodeAt(i) === 10) line++;
    } else if (first === ";") {
      // Headings before the first list are the file's comments; those at points are numbers of no meaning.
      if (root.items.length === 0 && open.length === 1) comments.push(found.replace(/^;\s*/, "").trimEnd());
    } else if (first === "<") {
      if (spines++ === 0) spineLine = line;
    } else if (first === ">") {
      if (spines === 0) throw fault("a spine that was opened", '">"');
      if (--spines === 0) top.items.push({ kind: "spine", line: spineLine });
    } else if (spines > 0) {
      // The points of a spine are no part of the branch.
    } else if (first === "(") {
      open.push({ kind: "list", items: [], line });
      numbers = [];
    } else if (first === ")") {
      if (open.length === 1) throw fault("a list that was opened", '")"');
      open.pop();
      const parent = open[open.length - 1]!;
      if (numbers && numbers.length > 0) parent.items.push(pointOf(numbers, top.line, fault));
      else parent.items.push(top);
      numbers = undefined;
    } else if (first === "|") {
      numbers = undefined;
      top.items.push({ kind: "bar", line });
    } else if (numbers && top.items.length === 0 && number.test(found)) {
      numbers.push(Number(found));
    } else if (numbers && numbers.length >= 3) {
      // After the numbers of a point stands the name of its section of tissue: S1.
    } else {
      numbers = undefined;
      top.items.push(first === '"' ? { kind: "text", text: found.slice(1, -1), line } : wordOf(found, line));
    }
  }
  if (open.length > 1 || spines > 0) {
    throw fault("a list that is closed", "the end of the file", spines > 0 ? spineLine : open[open.length - 1]!.line);
  }
  return { lists: root.items.filter((item) => item.kind === "list"), comments };
}

const wordOf = (text: string, line: number): AscItem => ({ kind: "word", text, line });

function pointOf(
  numbers: readonly number[],
  line: number,
  fault: (expected: string, found: string, at: number) => WbeError,
): AscPoint {
  const [x, y, z, diameter = 0] = numbers;
  if (x === undefined || y === undefined || z === undefined || !numbers.every(Number.isFinite) || diameter < 0) {
    throw fault("x, y, z and a diameter of at least 0", numbers.join(" "), line);
  }
  return { kind: "point", x, y, z, diameter, line };
}
