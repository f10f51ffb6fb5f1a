/**
 * Published connectomes that are read from the authors' files: which files, whose data, under which licence. One entry
 * each. The data are not part of wbe; C. elegans of Varshney 2011 and Cook 2019 comes with it (`celegans`).
 *
 * @module
 */
import { WbeError } from "../../core/errors.js";
import type { Folder } from "../../io/folder.js";
import type { Source } from "../../io/format.js";
import type { Connectome } from "../columns.js";
import { readIdEdges, readLabelledMatrix } from "./larva.js";
import { readHemispheres, readSomaSubgraph } from "./mouse.js";
import { readNamedMatrix, readTvbConnectome } from "./regions.js";
import type { PublishedOptions } from "./table.js";
import { readWormTable } from "./worm.js";

export interface PublishedConnectome {
  readonly title: string;
  readonly citation: string;
  /** Of the files as they are handed on; said, not judged. */
  readonly licence: string;
  /** Names of the files, relative to a folder. */
  readonly files: readonly string[];
  /** Reads the opened files, in the order of `files`. */
  read(sources: readonly Source[], options?: PublishedOptions): Promise<Connectome>;
}

const worm = (title: string, citation: string, file: string): PublishedConnectome => ({
  title,
  citation,
  licence: "as distributed with openworm/c302 (MIT)",
  files: [file],
  read: ([table], options) => readWormTable(table!, { name: title, source: citation }, options),
});

const tvb = (title: string, citation: string, file: string, region: string): PublishedConnectome => ({
  title,
  citation,
  licence: "GPL-3.0 (tvb-data)",
  files: [file],
  read: ([archive], options) => readTvbConnectome(archive!, { name: title, source: citation, region }, options),
});

const mushroomBody = (side: "left" | "right"): PublishedConnectome => {
  const title = `Drosophila larva, ${side} mushroom body`;
  const citation = "Eichler et al. 2017, Nature 548:175";
  return {
    title,
    citation,
    licence: "MIT (graspologic)",
    files: [`drosophila_larva_mb_${side}_adjacency.csv`, `drosophila_larva_mb_${side}_cell_labels.csv`],
    read: ([matrix, labels], options) =>
      readLabelledMatrix(matrix!, labels!, { name: title, source: citation, region: "LMB" }, options),
  };
};

const matchedLarva = (side: "left" | "right"): PublishedConnectome => {
  const title = `Drosophila larva, ${side} neurons with a matched partner`;
  const citation = "Winding et al. 2023, Science 379:eadd9330; Pedigo et al. 2023, eLife 12:e83739";
  return {
    title,
    citation,
    licence: "MIT (neurodata/bilateral-connectome)",
    files: [`drosophila_larva_matched_${side}_edgelist.csv`],
    read: ([edges], options) => readIdEdges(edges!, { name: title, source: citation, region: "LARVA" }, options),
  };
};

const hcp = (title: string, stem: string, labels: string): PublishedConnectome => ({
  title,
  citation: "Larivière et al. 2021, Nat Methods 18:698 (ENIGMA toolbox); Van Essen et al. 2013, NeuroImage 80:62",
  licence: "BSD-3-Clause (ENIGMA toolbox)",
  files: [`enigma_hcp/${stem}.csv`, `enigma_hcp/${labels}.csv`],
  read: ([matrix, names], options) =>
    readNamedMatrix(
      matrix!,
      names!,
      { name: title, source: "Larivière et al. 2021, Nat Methods 18:698", region: "HCP" },
      options,
    ),
});

const witvliet = "Witvliet et al. 2021, Nature 596:257";
const sanzLeon = "Sanz-Leon et al. 2013, Front Neuroinform 7:10 (The Virtual Brain)";

export const publishedConnectomes: Readonly<Record<string, PublishedConnectome>> = Object.freeze({
  "celegans-white1986": worm(
    "C. elegans, whole animal (White 1986)",
    "White et al. 1986, Phil Trans R Soc Lond B 314:1",
    "celegans_white1986_whole.csv",
  ),
  "celegans-varshney2011": worm(
    "C. elegans (NeuronConnect, Varshney 2011)",
    "Varshney et al. 2011, PLoS Comput Biol 7:e1001066",
    "celegans_varshney2011_neuronconnect.csv",
  ),
  "celegans-cook2019": worm(
    "C. elegans hermaphrodite with all cells (Cook 2019)",
    "Cook et al. 2019, Nature 571:63",
    "celegans_cook2019_herm_full_edgelist.csv",
  ),
  "celegans-witvliet2021-1": worm(
    "C. elegans at birth (Witvliet 2021, dataset 1)",
    witvliet,
    "celegans_witvliet2021_dataset1_L1.csv",
  ),
  "celegans-witvliet2021-8": worm(
    "C. elegans adult (Witvliet 2021, dataset 8)",
    witvliet,
    "celegans_witvliet2021_dataset8_adult.csv",
  ),
  "larva-mushroom-body-left": mushroomBody("left"),
  "larva-mushroom-body-right": mushroomBody("right"),
  "larva-matched-left": matchedLarva("left"),
  "larva-matched-right": matchedLarva("right"),
  "mouse-oh2014": {
    title: "Mouse, 213 regions on each side (Oh 2014)",
    citation: "Oh et al. 2014, Nature 508:207",
    licence: "no licence is given with the supplement",
    files: ["mouse_oh2014_W_ipsi.csv", "mouse_oh2014_W_contra.csv"],
    read: ([ipsilateral, contralateral], options) =>
      readHemispheres(
        ipsilateral!,
        contralateral!,
        { name: "mouse, 426 regions (Oh 2014)", source: "Oh et al. 2014, Nature 508:207", region: "MOUSE" },
        options,
      ),
  },
  "microns-layer23": {
    title: "Mouse visual cortex, layer 2/3 somata (MICrONS)",
    citation: "Turner et al. 2022, Cell 185:1082",
    licence: "Allen Institute Software License: no commercial redistribution",
    files: ["microns_layer23_soma_subgraph_synapses_spines_v185.csv", "microns_layer23_soma_valence_v185.csv"],
    read: ([synapses, somata], options) =>
      readSomaSubgraph(
        synapses!,
        somata!,
        { name: "layer 2/3 somata (MICrONS)", source: "Turner et al. 2022, Cell 185:1082", region: "L23" },
        options,
      ),
  },
  "human-hcp-68": hcp("human, 68 cortical regions (HCP)", "strucMatrix_ctx", "strucLabels_ctx"),
  "human-hcp-82": hcp(
    "human, 68 cortical and 14 subcortical regions (HCP)",
    "strucMatrix_with_sctx",
    "strucLabels_with_sctx",
  ),
  "human-hcp-schaefer100": hcp(
    "human, 100 cortical parcels (HCP)",
    "strucMatrix_ctx_schaefer_100",
    "strucLabels_ctx_schaefer_100",
  ),
  "human-tvb-66": tvb(
    "human, 66 regions (Hagmann 2008)",
    "Hagmann et al. 2008, PLoS Biol 6:e159",
    "tvb_connectivity_66.zip",
    "TVB66",
  ),
  "human-tvb-76": tvb("human, 76 regions (The Virtual Brain)", sanzLeon, "tvb_connectivity_76.zip", "TVB76"),
  "human-tvb-96": tvb("human, 96 regions (The Virtual Brain)", sanzLeon, "tvb_connectivity_96.zip", "TVB96"),
  "macaque-tvb-84": tvb(
    "macaque, 84 regions (The Virtual Brain)",
    "Shen et al. 2019, Sci Data 6:123",
    "tvb_macaque_connectivity_84.zip",
    "MAC84",
  ),
});

/**
 * Reads a published connectome from a folder that has its files.
 *
 * @throws WbeError NAME_UNKNOWN, FILE when a file is not there, FORMAT.
 * @example
 * const mouse = await readPublishedConnectome("mouse-oh2014", await openFolder("data/connectome"));
 */
export async function readPublishedConnectome(
  id: string,
  folder: Folder,
  options: PublishedOptions = {},
): Promise<Connectome> {
  const entry = Object.hasOwn(publishedConnectomes, id) ? publishedConnectomes[id] : undefined;
  if (!entry) {
    throw new WbeError("NAME_UNKNOWN", `no published connectome "${id}"`, {
      remedy: `There are ${Object.keys(publishedConnectomes).join(", ")}.`,
    });
  }
  const sources: Source[] = [];
  try {
    for (const file of entry.files) sources.push(await folder.open(file));
    return await entry.read(sources, options);
  } finally {
    for (const source of sources) await source.close();
  }
}
