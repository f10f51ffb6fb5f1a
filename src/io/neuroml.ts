/**
 * NeuroML 2: the format; reading in neuroml-read.ts, writing in neuroml-write.ts.
 *
 * @module
 */
import { throwIfCancelled } from "../core/progress.js";
import { type Format, writeText } from "./format.js";
import type { NeuroMlDocument } from "./neuroml-data.js";

export const neuromlFormat: Format<NeuroMlDocument> = {
  id: "neuroml",
  title: "NeuroML 2",
  category: "network",
  extensions: ["nml"],
  source: "Cannon et al. 2014, Front Neuroinform 8:79; schema NeuroML_v2.3.1.xsd",
  loses: [
    "the name (the file's name takes its place)",
    "notes of parts, annotations, properties",
    "how groups of segments are put together (their segments are listed)",
    "inhomogeneous parameters, layouts, spaces and regions",
  ],
  detect: (head, name) => /\.nml$/i.test(name) || /<(?:\w+:)?neuroml[\s>]/.test(new TextDecoder().decode(head)),
  async read(source, options) {
    const { readNeuroMl } = await import("./neuroml-read.js");
    return readNeuroMl(source, options);
  },
  async write(document, sink, options = {}) {
    const { writeNeuroMl } = await import("./neuroml-write.js");
    await writeText(() => {
      throwIfCancelled(options.signal, "writing the model");
      return writeNeuroMl(document);
    }, sink);
  },
};
