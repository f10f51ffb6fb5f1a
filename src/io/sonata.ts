/**
 * SONATA files: nodes, edges, spikes and reports (Dai et al. 2020, PLoS Comput Biol 16:e1007696; the SONATA developer
 * guide 0.1). Configurations and circuits of several files: sonata-config.ts.
 *
 * @module
 */
import type { Format } from "./format.js";
import { isHdf5 } from "./hdf5.js";
import type { SonataFile } from "./sonata-data.js";

export const sonataFormat: Format<SonataFile> = {
  id: "sonata",
  title: "SONATA nodes, edges, spikes and reports",
  category: "network",
  extensions: ["h5", "sonata"],
  source: "Dai et al. 2020, PLoS Comput Biol 16:e1007696; SONATA developer guide 0.1",
  loses: [
    "indices (made anew)",
    "enumerated texts become plain texts",
    "attributes of dimension above one",
    "reports become single",
  ],
  detect: (head) => isHdf5(head),
  async confirm(source) {
    const { isSonata } = await import("./sonata-read.js");
    return isSonata(source);
  },
  async read(source, options) {
    const { readSonata } = await import("./sonata-read.js");
    return readSonata(source, options);
  },
  async write(file, sink, options) {
    const { writeSonata } = await import("./sonata-write.js");
    await writeSonata(file, sink, options);
  },
};
