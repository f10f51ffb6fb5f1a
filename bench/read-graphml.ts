/**
 * Is a GraphML file of a million edges read as fast as by networkx? Decides whether a stream of XML events into columns is
 * enough.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type GraphData, graphmlFormat, memorySink } from "wbe/io";
import { fileSource } from "../src/io/file.node.js";
import { type Benchmark, type BenchOptions, withFolder } from "./bench.js";
import { compareReaders } from "./peers/formats-bench.js";

const [nodes, edges] = [100_000, 1_000_000];

async function run(options: BenchOptions) {
  return withFolder(async (folder) => {
    const path = join(folder, "graph.graphml");
    const graph: GraphData = {
      name: "g",
      directed: true,
      nodeIds: Array.from({ length: nodes }, (_, i) => `n${i}`),
      nodes: {},
      // Different pairs, so that networkx keeps each.
      source: Uint32Array.from({ length: edges }, (_, i) => i % nodes),
      target: Uint32Array.from({ length: edges }, (_, i) => (i * 7 + Math.floor(i / nodes)) % nodes),
      edges: {
        weight: {
          type: "double",
          values: Float64Array.from({ length: edges }, (_, i) => i / 8),
          present: new Uint8Array(edges).fill(1),
        },
      },
      warnings: [],
    };
    const sink = memorySink("graph.graphml");
    await graphmlFormat.write!(graph, sink);
    writeFileSync(path, sink.bytes());
    const read = async () => {
      const source = await fileSource(path);
      const found = await graphmlFormat.read(source);
      await source.close();
      return [found.nodeIds.length, found.source.length];
    };
    const work = `${nodes} nodes, ${edges} edges with a weight`;
    return compareReaders("graphml", path, read, { runs: 3, work, ratio: 1 }, options);
  });
}

export const benchmark: Benchmark = {
  name: "read-graphml",
  question: "Is a GraphML file of a million edges read as fast as by networkx?",
  run,
};
