/**
 * XML as a stream of events, over saxes: strict, without document types of its own, so that no entity but the five of XML
 * and numbers of characters can be expanded.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { throwIfCancelled } from "../core/progress.js";
import type { ReadOptions, Source } from "./format.js";

export interface XmlReader {
  /** `name` without its prefix; attributes by their full names. */
  open(name: string, attributes: Readonly<Record<string, string>>, where: string): void;
  text(text: string): void;
  close(name: string, where: string): void;
}

const pieceBytes = 2 ** 20;
/** Deeper elements are an attack on the stack of whoever reads them. */
const deepest = 64;

/** @throws WbeError FORMAT naming line and column for what is not well-formed, and what the reader throws. */
export async function readXml(source: Source, reader: XmlReader, options: ReadOptions = {}): Promise<void> {
  const { SaxesParser } = await import("saxes");
  const parser = new SaxesParser({ position: true });
  const place = () => `${source.name}, line ${parser.line}`;
  const plain = (name: string) => name.slice(name.indexOf(":") + 1);
  let depth = 0;
  parser.on("error", (error) => {
    throw new WbeError("FORMAT", `expected well-formed XML, found: ${error.message.replace(/^[\d:]+\s*/, "")}`, {
      where: place(),
      remedy: "Entities that the document declares itself are not expanded.",
    });
  });
  parser.on("opentag", ({ name, attributes }) => {
    if (++depth > deepest) {
      throw new WbeError("FORMAT", `expected elements at most ${deepest} deep, found more`, { where: place() });
    }
    reader.open(plain(name), attributes as Record<string, string>, place());
  });
  parser.on("closetag", ({ name }) => {
    depth--;
    reader.close(plain(name), place());
  });
  parser.on("text", (text) => reader.text(text));
  parser.on("cdata", (text) => reader.text(text));
  const head = await source.read(0, Math.min(2, source.size));
  const encoding =
    head[0] === 0xff && head[1] === 0xfe ? "utf-16le" : head[0] === 0xfe && head[1] === 0xff ? "utf-16be" : "utf-8";
  const decoder = new TextDecoder(encoding, { fatal: true });
  const decode = (bytes?: Uint8Array): string => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    } catch (cause) {
      throw new WbeError("FORMAT", `expected text in ${encoding}, found other bytes`, { where: place(), cause });
    }
  };
  for (let at = 0; at < source.size; at += pieceBytes) {
    throwIfCancelled(options.signal, "reading the file");
    parser.write(decode(await source.read(at, Math.min(source.size, at + pieceBytes))));
    options.onProgress?.(Math.min(source.size, at + pieceBytes), source.size);
  }
  parser.write(decode());
  parser.close();
}

/** Text between tags or in double quotes. @throws WbeError ARGUMENT for characters that XML cannot hold. */
export function escapeXml(text: string): string {
  for (const character of text) {
    const code = character.codePointAt(0)!;
    const isAllowed = code === 9 || code === 10 || code === 13 || (code >= 32 && code !== 0xfffe && code !== 0xffff);
    if (!isAllowed || (code >= 0xd800 && code <= 0xdfff)) {
      throw new WbeError("ARGUMENT", `XML cannot hold the character U+${code.toString(16).padStart(4, "0")}`, {
        where: JSON.stringify(text.slice(0, 40)),
      });
    }
  }
  return text.replace(/[&<>"\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
