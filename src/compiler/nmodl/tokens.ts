/**
 * NMODL text → tokens with their lines. Comments, titles and VERBATIM are dealt with here.
 *
 * @module
 */
import { nmodlError } from "./syntax.js";

export interface NmodlToken {
  readonly kind: "number" | "name" | "symbol" | "end";
  readonly text: string;
  readonly line: number;
  /** Place in the text. */
  readonly at: number;
}

const pattern =
  /(?<space>[ \t\r\f]+)|(?<line>\n)|(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_]\w*)|(?<symbol><->|->|<<|<=|>=|==|!=|&&|\|\||[-+*/^()<>=,!{}[\]'~:?%.&#@|;"$])/y;
const longest = 1_000_000;

export interface NmodlText {
  readonly tokens: readonly NmodlToken[];
  readonly title: string;
  readonly text: string;
}

/** @throws WbeError SYNTAX, UNSUPPORTED (VERBATIM) with the line; LIMIT for a text of more than a million characters. */
export function tokenizeNmodl(text: string, file: string): NmodlText {
  if (text.length > longest) {
    throw nmodlError("LIMIT", `expected at most ${longest} characters, found ${text.length}`, file, 1);
  }
  const tokens: NmodlToken[] = [];
  let title = "";
  let line = 1;
  let at = 0;
  const skipTo = (end: number): string => {
    const skipped = text.slice(at, end);
    line += skipped.split("\n").length - 1;
    at = end;
    return skipped;
  };
  const endOfLine = (): number => {
    const end = text.indexOf("\n", at);
    return end < 0 ? text.length : end;
  };
  while (at < text.length) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match) {
      throw nmodlError("SYNTAX", `unexpected character "${String.fromCodePoint(text.codePointAt(at)!)}"`, file, line);
    }
    const { line: newline, number, name, symbol } = match.groups!;
    if (newline !== undefined) line++;
    else if (symbol === ":" || symbol === "?") {
      skipTo(endOfLine());
      continue;
    } else if (name === "TITLE") {
      title = skipTo(endOfLine()).slice("TITLE".length).trim();
      continue;
    } else if (name === "COMMENT") {
      const end = text.indexOf("ENDCOMMENT", at);
      if (end < 0) throw nmodlError("SYNTAX", "COMMENT without ENDCOMMENT", file, line);
      skipTo(end + "ENDCOMMENT".length);
      continue;
    } else if (name === "VERBATIM") {
      throw nmodlError(
        "UNSUPPORTED",
        "C code (VERBATIM) is outside the subset of NMODL",
        file,
        line,
        "Write it in NMODL.",
      );
    } else if (number !== undefined) tokens.push({ kind: "number", text: number, line, at });
    else if (name !== undefined) {
      if (name !== "UNITSOFF" && name !== "UNITSON") tokens.push({ kind: "name", text: name, line, at });
    } else if (symbol !== undefined) tokens.push({ kind: "symbol", text: symbol, line, at });
    at += match[0].length;
  }
  tokens.push({ kind: "end", text: "the end of the file", line, at });
  return { tokens, title, text };
}
