/**
 * A connectome as a SONATA circuit: nodes, edges, type tables and configuration, as libsonata and BMTK open them.
 *
 * @module
 */
import type { Sink } from "../io/format.js";
import { writeText } from "../io/format.js";
import { sonataFormat } from "../io/sonata.js";
import type { SonataFile } from "../io/sonata-data.js";
import { formatTypeTable } from "../io/sonata-types.js";
import type { Connectome } from "./columns.js";

/** First type id, as BMTK numbers them. */
const firstType = 100;

/**
 * Nodes and edges in SONATA's columns, with their type tables. Node types are the models, edge types the synapse types;
 * positions are x, y, z in um; weights are syn_weight in nS, delays in ms.
 *
 * @param population name of the one population.
 */
export function sonataOfConnectome(
  connectome: Connectome,
  population = "neurons",
): { nodes: SonataFile; edges: SonataFile; nodeTypes: string; edgeTypes: string } {
  const { nodes, synapses, synapseTypes, nNeurons, nSynapses } = connectome;
  const models = [...new Set(nodes.models)];
  const empty = { nodes: [], edges: [], spikes: [], reports: [], warnings: [], close() {} };
  const axis = (k: number) => Float32Array.from({ length: nNeurons }, (_, i) => nodes.positions[3 * i + k]!);
  const nodeColumns = new Map<string, Float32Array | readonly string[]>([
    ["label", nodes.labels],
    ["wbe_id", nodes.ids],
    ["class", nodes.types],
    ["region", nodes.regions],
  ]);
  // Readers take NaN for a place: positions are written only when all are known.
  if (nodes.positions.every(Number.isFinite)) ["x", "y", "z"].forEach((name, k) => nodeColumns.set(name, axis(k)));
  const common = (size: number) => ({
    size,
    groupId: new Uint32Array(size),
    groupIndex: Uint32Array.from({ length: size }, (_, i) => i),
    notes: [],
  });
  return {
    nodes: {
      ...empty,
      nodes: [
        {
          ...common(nNeurons),
          name: population,
          nodeId: Uint32Array.from({ length: nNeurons }, (_, i) => i),
          typeId: Uint32Array.from(nodes.models, (model) => firstType + models.indexOf(model)),
          groups: new Map([[0, nodeColumns]]),
        },
      ],
    },
    edges: {
      ...empty,
      edges: [
        {
          ...common(nSynapses),
          name: `${population}_to_${population}`,
          sourcePopulation: population,
          targetPopulation: population,
          source: synapses.source,
          target: synapses.target,
          typeId: Uint32Array.from(synapses.type, (type) => firstType + type),
          groups: new Map([
            [
              0,
              new Map([
                ["syn_weight", synapses.weight],
                ["delay", synapses.delay],
              ]),
            ],
          ]),
        },
      ],
    },
    nodeTypes: formatTypeTable(
      new Map(
        models.map((model, k) => [firstType + k, { model_type: "point_neuron", model_template: `wbe:${model}` }]),
      ),
      "node_type_id",
    ),
    edgeTypes: formatTypeTable(
      new Map(synapseTypes.map((type, k) => [firstType + k, { model_template: `wbe:${type}` }])),
      "edge_type_id",
    ),
  };
}

/**
 * Writes the circuit as five files: nodes.h5, node_types.csv, edges.h5, edge_types.csv and circuit_config.json.
 *
 * @param open makes the sink of a file name.
 */
export async function writeSonataCircuit(
  connectome: Connectome,
  open: (name: string) => Promise<Sink>,
  population?: string,
): Promise<void> {
  const { nodes, edges, nodeTypes, edgeTypes } = sonataOfConnectome(connectome, population);
  await sonataFormat.write!(nodes, await open("nodes.h5"));
  await sonataFormat.write!(edges, await open("edges.h5"));
  await writeText(() => nodeTypes, await open("node_types.csv"));
  await writeText(() => edgeTypes, await open("edge_types.csv"));
  const name = nodes.nodes[0]!.name;
  // `populations` is the later extension of the format, which libsonata asks for; BMTK ignores it.
  const config = {
    manifest: { $NETWORK_DIR: "." },
    components: {},
    networks: {
      nodes: [
        {
          nodes_file: "$NETWORK_DIR/nodes.h5",
          node_types_file: "$NETWORK_DIR/node_types.csv",
          populations: { [name]: { type: "point_neuron" } },
        },
      ],
      edges: [
        {
          edges_file: "$NETWORK_DIR/edges.h5",
          edge_types_file: "$NETWORK_DIR/edge_types.csv",
          populations: { [`${name}_to_${name}`]: { type: "point_neuron" } },
        },
      ],
    },
  };
  await writeText(() => `${JSON.stringify(config, null, 2)}\n`, await open("circuit_config.json"));
}
