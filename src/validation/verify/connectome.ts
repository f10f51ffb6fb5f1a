/** Connectome: what stays of repeated synapses, and the published counts of C. elegans. @module */
import {
  Connectome,
  celegans,
  characteristicPathLength,
  degrees,
  Graph,
  graphOf,
  meanClustering,
  partnerDegrees,
  richClub,
  richClubWithNull,
  strongComponents,
  subgraph,
  synapseCountMatrix,
  weightMatrix,
} from "../../connectome/index.js";
import { formatNeuronID } from "../../core/ids.js";
import { equal, type VerifyArea, within } from "./verify.js";

const varshney = "Varshney et al. 2011, PLoS Comput Biol 7:e1001066";

/** Five synapses of three neurons, two of them between one pair, and one of negative weight. */
function repeated(): Connectome {
  const ids = [1, 2, 3].map((number) => formatNeuronID("SYN", number));
  return new Connectome({
    nodes: {
      ids,
      labels: ids,
      types: ["", "", ""],
      regions: ["SYN", "SYN", "SYN"],
      models: ["LIF", "LIF", "LIF"],
      positions: new Float32Array(9).fill(Number.NaN),
      frame: "scanner",
      morphologies: [null, null, null],
    },
    synapses: {
      source: [0, 0, 0, 1, 2],
      target: [1, 1, 2, 2, 0],
      weight: [0.5, 0.25, 1, 2, -1.5],
      delay: [1, 1, 1, 1, 1],
      type: [0, 0, 0, 0, 0],
    },
    metadata: { name: "repeated synapses", source: "worked by hand", warnings: [] },
  });
}

/** Distinct pairs and contacts of one kind of synapse; a gap junction is stored once per direction. */
async function countCelegans(isElectrical: boolean): Promise<{ neurons: number; pairs: number; contacts: number }> {
  const { synapses, synapseTypes, nodes } = await celegans();
  const pairs = new Set<number>();
  let contacts = 0;
  for (let s = 0; s < synapses.source.length; s++) {
    if ((synapseTypes[synapses.type[s]!] === "electrical") !== isElectrical) continue;
    const [source, target] = [synapses.source[s]!, synapses.target[s]!];
    if (isElectrical && source > target) continue;
    contacts++;
    // The paper counts junctions of a cell with itself among the junctions, not among the connected pairs.
    if (!isElectrical || source !== target) pairs.add(source * nodes.ids.length + target);
  }
  return { neurons: nodes.ids.length, pairs: pairs.size, contacts };
}

const towlson = "Towlson et al. 2013, J Neurosci 33:6380";
const chemical = ["excitatory", "inhibitory"];

/** The neurons of the largest strongly connected component, with what joins them. */
async function giantComponent(types: readonly string[]): Promise<Connectome> {
  const part = (await celegans()).ofTypes(...types);
  const { component, sizes } = strongComponents(part);
  const largest = sizes.indexOf(sizes.reduce((most, size) => Math.max(most, size), 0));
  return subgraph(part, (neuron) => component[neuron] === largest);
}

/** Names of the neurons with more than 44 chemical connections, in and out, in alphabetical order. */
async function hubs(): Promise<string> {
  const { data } = degrees((await celegans()).ofTypes(...chemical));
  const { labels } = (await celegans()).nodes;
  return Array.from(data.keys())
    .filter((neuron) => data[neuron]! > 44)
    .map((neuron) => labels[neuron]!)
    .sort()
    .join(" ");
}

function undirectedGraph(nNodes: number, edges: readonly (readonly [number, number])[]): Graph {
  const [source, target] = [edges.map(([i]) => i), edges.map(([, j]) => j)];
  return Graph.fromEdges({ nNodes, source, target, directed: false });
}

export const connectomeArea: VerifyArea = {
  area: "connectome",
  figures: [
    {
      id: "repeated-synapses",
      what: "summed weights, synapse counts and partner degrees of five synapses, two between one pair",
      source: "sparse matrix convention (duplicates are summed); worked by hand",
      check: async () => {
        const connectome = repeated();
        const { out, in: into } = partnerDegrees(connectome);
        return equal(
          [weightMatrix(connectome).values, synapseCountMatrix(connectome).values, out, into]
            .map((v) => Array.from(v).join(" "))
            .join("; "),
          "0.75 1 2 -1.5; 2 1 1 1; 2 1 1; 1 1 2",
        );
      },
    },
    {
      id: "celegans-neurons",
      what: "neurons of the somatic nervous system",
      source: varshney,
      check: async () => equal((await countCelegans(false)).neurons, 279),
    },
    {
      id: "celegans-chemical-connections",
      what: "ordered pairs joined by chemical synapses",
      source: varshney,
      check: async () => equal((await countCelegans(false)).pairs, 2194),
    },
    {
      id: "celegans-chemical-synapses",
      what: "chemical synapses; the released table holds one more than the paper says",
      source: varshney,
      check: async () => within((await countCelegans(false)).contacts, 6393, 1),
    },
    {
      id: "celegans-gap-connections",
      what: "pairs joined by gap junctions",
      source: varshney,
      check: async () => equal((await countCelegans(true)).pairs, 514),
    },
    {
      id: "celegans-gap-junctions",
      what: "gap junctions, those of a cell with itself included",
      source: varshney,
      check: async () => equal((await countCelegans(true)).contacts, 890),
    },
    {
      id: "celegans-chemical-giant-component",
      what: "neurons of the largest strongly connected component of the chemical network",
      source: varshney,
      check: async () => equal((await giantComponent(chemical)).nNeurons, 237),
    },
    {
      id: "celegans-chemical-path-length",
      what: "mean shortest path in the chemical network's giant component",
      source: varshney,
      // Published with three digits.
      check: async () => within(characteristicPathLength(await giantComponent(chemical)).value, 3.48, 0.005),
    },
    {
      id: "celegans-gap-giant-component",
      what: "neurons of the largest component of the gap junction network",
      source: varshney,
      check: async () => equal((await giantComponent(["electrical"])).nNeurons, 248),
    },
    {
      id: "celegans-gap-path-length",
      what: "mean shortest path in the gap junction network's giant component",
      source: varshney,
      check: async () => within(characteristicPathLength(await giantComponent(["electrical"])).value, 4.52, 0.005),
    },
    {
      id: "celegans-gap-clustering",
      what: "mean clustering coefficient of the gap junction network's giant component",
      source: varshney,
      check: async () =>
        within(meanClustering(graphOf(await giantComponent(["electrical"])).undirected).value, 0.21, 0.005),
    },
    {
      id: "celegans-connections",
      what: "directed connections between different neurons, chemical and electrical together",
      source: "Arnatkevičiūtė et al. 2018, PLoS Comput Biol 14:e1005989",
      check: async () => equal(graphOf(await celegans()).simple.nEdges, 2990),
    },
    {
      id: "celegans-rich-club",
      what: "neurons of the rich club: those of degree above 44 in the chemical network",
      source: towlson,
      check: async () => equal(await hubs(), "AVAL AVAR AVBL AVBR AVDL AVDR AVEL AVER DVA PVCL PVCR"),
    },
    {
      id: "celegans-rich-club-null",
      what: "share of 100 random graphs of the same degrees whose club of degree > 44 is as dense",
      source: towlson,
      isSlow: true,
      check: async () => {
        const club = richClubWithNull(graphOf((await celegans()).ofTypes(...chemical)), { seed: 1 });
        return within(club.p[44]!, 1 / 101, 1e-12);
      },
    },
    {
      id: "rich-club-of-stars",
      what: "φ(0), φ(1), φ(2) of two stars whose hubs are not joined, times 28",
      source: "definition, φ(k) = 2E/(N(N−1)); worked by hand",
      check: async () => {
        const edges = [2, 3, 4].flatMap((leaf) => [[0, leaf] as const, [1, leaf + 3] as const]);
        return equal(
          Array.from(richClub(undirectedGraph(8, edges)).phi, (phi) => Math.round(28e6 * phi) / 1e6).join(" "),
          "6 0 0",
        );
      },
    },
  ],
};
