/** Connectome: what stays of repeated synapses, and the published counts of C. elegans. @module */
import { Connectome, celegans, partnerDegrees, synapseCountMatrix, weightMatrix } from "../../connectome/index.js";
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
  ],
};
