/**
 * NWB: Neurodata Without Borders 2.x (nwb-schema.readthedocs.io), read and written; early 2 and 1.x files read.
 *
 * @module
 */
import type { Recording } from "../core/recording.js";
import type { Format } from "./format.js";
import { isHdf5 } from "./hdf5.js";

export const nwbFormat: Format<Recording> = {
  id: "nwb",
  title: "Neurodata Without Borders",
  category: "recording",
  extensions: ["nwb"],
  source: "NWB schema 2.8, nwb-schema.readthedocs.io; Rübel et al. 2022, eLife 11:e78362",
  loses: [
    "types of extensions (series become TimeSeries)",
    "cached specifications",
    "booleans become 0 and 1",
    "compound columns other than time series references",
  ],
  detect: (head) => isHdf5(head),
  async confirm(source) {
    const { isNwb } = await import("./nwb-read.js");
    return isNwb(source);
  },
  async read(source, options) {
    const { readNwb } = await import("./nwb-read.js");
    return readNwb(source, options);
  },
  async write(recording, sink, options) {
    const { writeNwb } = await import("./nwb-write.js");
    await writeNwb(recording, sink, options);
  },
};
