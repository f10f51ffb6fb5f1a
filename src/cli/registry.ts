/**
 * All commands. Names and summaries stand here too, so that `wbe --help` loads none of them; a test compares.
 *
 * @module
 */
import type { AnyCommand } from "./command.js";

export interface CommandEntry {
  name: string;
  summary: string;
  load(): Promise<AnyCommand>;
}

export const commands: readonly CommandEntry[] = [
  {
    name: "demo",
    summary: "run the whole pipeline on made-up and real input and write a report with figures",
    load: async () => (await import("./commands/demo.js")).demoCommand,
  },
  {
    name: "run",
    summary: "run a network description (.json) or a script (.ts) and write a run folder",
    load: async () => (await import("./commands/run.js")).runCommand,
  },
  {
    name: "hash",
    summary: "run a network description and print one hash of its spikes",
    load: async () => (await import("./commands/hash.js")).hashCommand,
  },
  {
    name: "info",
    summary: "say what a file is: format, shape, units, contents, and what its format would lose",
    load: async () => (await import("./commands/info.js")).infoCommand,
  },
  {
    name: "convert",
    summary: "write a file in another format of the same kind",
    load: async () => (await import("./commands/convert.js")).convertCommand,
  },
  {
    name: "segment",
    summary: "segment a volume into one label per neuron",
    load: async () => (await import("./commands/segment.js")).segmentCommand,
  },
  {
    name: "skeletonize",
    summary: "turn labels into trees: one SWC file per label",
    load: async () => (await import("./commands/skeletonize.js")).skeletonizeCommand,
  },
  {
    name: "touch",
    summary: "find where axons come close to dendrites: putative synapses between neurons",
    load: async () => (await import("./commands/touch.js")).touchCommand,
  },
  {
    name: "morph",
    summary: "measure the tree of a neuron (SWC) and draw it",
    load: async () => (await import("./commands/morph.js")).morphCommand,
  },
  {
    name: "cell",
    summary: "inject currents into one cell: rest, input resistance, spikes, rate, rheobase, traces, drawing",
    load: async () => (await import("./commands/cell.js")).cellCommand,
  },
  {
    name: "connectome",
    summary: "measure a wiring as a graph, compare it with random graphs, draw and export it",
    load: async () => (await import("./commands/connectome.js")).connectomeCommand,
  },
  {
    name: "explain",
    summary: "print a model: equations, parameters, checks and the generated kernel",
    load: async () => (await import("./commands/explain.js")).explainCommand,
  },
  {
    name: "verify",
    summary: "recompute published figures and closed forms and compare",
    load: async () => (await import("./commands/verify.js")).verifyCommand,
  },
  {
    name: "bench",
    summary: "measure one benchmark beside its peer",
    load: async () => (await import("./commands/bench.js")).benchCommand,
  },
];
