/**
 * NeuroML 2 (schemas v2beta to v2.3) as a stream of XML.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { baseName, byteLimit, type ReadOptions, type Source } from "./format.js";
import { CellDraft, MorphologyDraft, PropertiesDraft } from "./neuroml-cell.js";
import type { Attributes, NeuroMlComponent, NeuroMlDocument } from "./neuroml-data.js";
import { type Frame, ignored, isRemark, keep, need } from "./neuroml-frames.js";
import { NetworkDraft } from "./neuroml-network.js";
import { readXml } from "./xml.js";

class DocumentDraft {
  private readonly includes: string[] = [];
  private readonly components: NeuroMlComponent[] = [];
  private readonly cells: CellDraft[] = [];
  private readonly networks: NetworkDraft[] = [];
  private readonly morphologies = new Map<string, MorphologyDraft>();
  private readonly properties = new Map<string, PropertiesDraft>();
  private readonly warnings = new Set<string>();

  readonly frame: Frame = {
    open: (name, _, where) => {
      if (name !== "neuroml") throw new WbeError("FORMAT", `expected <neuroml>, found <${name}>`, { where });
      return { open: (inner, attributes, at) => this.open(inner, attributes, at) };
    },
  };

  private open(name: string, attributes: Attributes, where: string): Frame {
    if (name === "include") {
      const href = need(attributes, "href", where);
      this.includes.push(href);
      this.warnings.add(`the file that it includes is not opened: ${href}`);
      return ignored;
    }
    if (name === "cell" || name === "cell2CaPools") {
      const cell = new CellDraft(attributes, where);
      this.cells.push(cell);
      return cell.frame;
    }
    if (name === "network") {
      const network = new NetworkDraft(attributes, where, (text) => this.warnings.add(text));
      this.networks.push(network);
      return network.frame;
    }
    if (name === "morphology") {
      const draft = new MorphologyDraft();
      this.morphologies.set(need(attributes, "id", where), draft);
      return draft.frame;
    }
    if (name.startsWith("biophysicalProperties")) {
      const draft = new PropertiesDraft();
      this.properties.set(need(attributes, "id", where), draft);
      return draft.frame;
    }
    return isRemark(name) ? ignored : keep(this.components, name, attributes);
  }

  finish(name: string, limit: number): NeuroMlDocument {
    return {
      name,
      includes: this.includes,
      components: this.components,
      cells: this.cells.map((cell) => cell.finish(this.morphologies, this.properties, limit)),
      networks: this.networks.map((network) => network.finish()),
      warnings: [...this.warnings],
    };
  }
}

/**
 * Reads a file; those that it includes are named, not opened. Notes, annotations and properties are left out.
 *
 * @throws WbeError FORMAT naming the line, UNSUPPORTED, DIMENSION, LIMIT.
 */
export async function readNeuroMl(source: Source, options: ReadOptions = {}): Promise<NeuroMlDocument> {
  const draft = new DocumentDraft();
  const stack: Frame[] = [draft.frame];
  let isOpened = false;
  await readXml(
    source,
    {
      open(name, attributes, where) {
        isOpened = true;
        stack.push(stack[stack.length - 1]!.open(name, attributes, where));
      },
      text: (text) => stack[stack.length - 1]!.text?.(text),
      close: (_, where) => stack.pop()!.close?.(where),
    },
    options,
  );
  if (!isOpened) throw new WbeError("FORMAT", "expected <neuroml>, found no element", { where: source.name });
  return draft.finish(options.name ?? baseName(source.name), byteLimit(source.size, options));
}
