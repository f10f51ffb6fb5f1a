/**
 * Files of the reference data beside what their collector found in them with other tools (SOURCES.md): trees of SWC files,
 * channel densities of NeuroML cells, rows of SONATA files.
 *
 * @module
 */
import { WbeError } from "../../core/errors.js";
import type { Morphology } from "../../core/morphology.js";
import type { Source } from "../../io/format.js";
import { biophysicsOf } from "../../io/neuroml-data.js";
import { readNeuroMl } from "../../io/neuroml-read.js";
import { readSonata } from "../../io/sonata-read.js";
import { swcFormat } from "../../io/swc.js";
import { equal, type FigureCheck } from "./verify.js";

const source = "SOURCES.md of the reference data: counted by its collector with h5py and a parser of their own";

/** Figures of a folder, whose files `open` opens; the caller's sources are closed here. */
export function describedFileFigures(
  list: () => Promise<string>,
  open: (path: string) => Promise<Source>,
): FigureCheck[] {
  const figure = (
    id: string,
    what: string,
    ending: RegExp,
    fact: (file: Source, text: string) => Promise<string | undefined>,
  ): FigureCheck => ({
    id,
    what,
    source,
    check: async () => {
      const rows = (await list()).split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
      const different: string[] = [];
      let n = 0;
      for (const [, path = "", , , , text = ""] of rows) {
        if (!ending.test(path)) continue;
        const file = await open(path);
        try {
          const found = await fact(file, text);
          if (found === undefined) continue;
          n++;
          if (!text.startsWith(found)) different.push(`${path}: ${found}`);
        } finally {
          await file.close();
        }
      }
      return equal(different.join("; ") || (n > 0 ? "as described" : "no file"), "as described");
    },
  });
  return [
    figure("data-swc", "points, roots, tips and branches of every sound SWC file", /\.swc$/, swcFact),
    figure("data-neuroml", "channel densities of every NeuroML cell", /\.nml$/, async (file) => {
      const [cell] = (await readNeuroMl(file)).cells;
      return `${cell ? biophysicsOf(cell).channels.length : 0} channelDensity elements`;
    }),
    figure("data-sonata", "rows of every SONATA file whose facts give them", /\.h5$/, sonataFact),
  ];
}

/** Undefined for a file that is refused, as many of the odd ones must be. */
async function swcFact(file: Source): Promise<string | undefined> {
  let tree: Morphology;
  try {
    tree = await swcFormat.read(file);
  } catch (error) {
    if (error instanceof WbeError && error.isUserFault) return undefined;
    throw error;
  }
  const children = new Int32Array(tree.id.length);
  for (const p of tree.parent) if (p >= 0) children[p]!++;
  const count = (test: (n: number) => boolean) => children.filter(test).length;
  const roots = tree.parent.filter((p) => p < 0).length;
  return `${tree.id.length} points, ${roots} root(s), ${count((n) => n === 0)} tips, ${count((n) => n > 1)} branch nodes`;
}

/** Facts such as "edges/a_to_b/edge_type_id 12"; undefined for others. */
async function sonataFact(file: Source, text: string): Promise<string | undefined> {
  const [, section, name] =
    /^(nodes|edges|spikes)\/(?:([^/ ]+)\/)?(?:node_type_id|edge_type_id|timestamps) \d+$/.exec(text) ?? [];
  if (!section) return undefined;
  const found = await readSonata(file);
  try {
    const named = `${section}${name ? `/${name}` : ""}`;
    if (section === "spikes") {
      const spikes = found.spikes.find(({ population }) => population === (name ?? ""));
      return `${named}/timestamps ${spikes?.timestamps.length}`;
    }
    const rows = (section === "nodes" ? found.nodes : found.edges).find((population) => population.name === name);
    return `${named}/${section.slice(0, -1)}_type_id ${rows?.size}`;
  } finally {
    found.close();
  }
}
