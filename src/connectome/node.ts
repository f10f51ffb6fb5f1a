/**
 * NeuronNode: one neuron as the builder takes it.
 *
 * @module
 */
import { Coordinate3D } from "../core/coordinates.js";
import { WbeError } from "../core/errors.js";
import { formatNeuronID, maxIdNumber, type NeuronID, neuronID, parseNeuronID, regionCode } from "../core/ids.js";
import { type Morphology, SwcType } from "../core/morphology.js";

export interface NeuronNodeFields {
  /** "CTX-00142857"; null (default) lets the builder give the next free number of the region. */
  id?: string | null;
  /** Name in the source ("AVAL"); the id by default. */
  label?: string;
  /** Class ("sensory", "excitatory", …); "" (default) when unknown. */
  type?: string;
  /** Region code; that of the id, else "SYN" (synthetic), by default. */
  region?: string;
  /** Id of the neuron model that simulates it. */
  model?: string;
  /** Centre of the soma; three numbers are um in the scanner frame. null (default) when unknown. */
  position?: Coordinate3D | readonly [number, number, number] | null;
  morphology?: Morphology | null;
}

/**
 * An immutable neuron.
 *
 * @example
 * new NeuronNode({ id: "CTX-00000007", type: "pyramidal", position: [10, 20, 30] });
 */
export class NeuronNode {
  readonly id: NeuronID | null;
  readonly label: string;
  readonly type: string;
  readonly region: string;
  readonly model: string;
  readonly position: Coordinate3D | null;
  readonly morphology: Morphology | null;

  /** @throws WbeError ARGUMENT for an id, region or position that is none, or a region that is not the id's. */
  constructor(fields: NeuronNodeFields = {}) {
    this.id = fields.id == null ? null : neuronID(fields.id);
    const idRegion = this.id === null ? null : parseNeuronID(this.id).region;
    this.region = regionCode(fields.region ?? idRegion ?? "SYN");
    if (idRegion !== null && idRegion !== this.region) {
      throw new WbeError("ARGUMENT", `expected the region of id "${this.id}", found "${this.region}"`, {
        remedy: "Leave out the region or the id.",
      });
    }
    this.label = fields.label ?? this.id ?? "";
    this.type = fields.type ?? "";
    this.model = fields.model ?? "HodgkinHuxley";
    this.position = readPosition(fields.position ?? null);
    this.morphology = fields.morphology ?? null;
    Object.freeze(this);
  }

  /** A copy with some fields replaced. */
  with(fields: NeuronNodeFields): NeuronNode {
    return new NeuronNode({ ...this, ...fields });
  }

  /** A neuron at the centre of the morphology's soma, in region "SYN" unless `fields` names another. */
  static fromMorphology(morphology: Morphology, fields: NeuronNodeFields = {}): NeuronNode {
    return new NeuronNode({
      label: morphology.name,
      ...fields,
      position: fields.position ?? somaCentre(morphology),
      morphology,
    });
  }
}

/**
 * Mean of the soma points (one-point soma: the point; three-point soma: its middle; contour: its centroid), or the
 * first root where the tree has no soma. Scanner frame, um.
 *
 * @throws WbeError EMPTY_INPUT for a morphology without points.
 */
export function somaCentre(morphology: Morphology): Coordinate3D {
  const { x, y, z, type, parent, name } = morphology;
  if (x.length === 0)
    throw new WbeError("EMPTY_INPUT", "expected a morphology with points, found none", { where: name });
  let points = indicesWhere(type, (t) => t === SwcType.soma);
  if (points.length === 0) points = indicesWhere(parent, (p) => p < 0).slice(0, 1);
  const mean = (column: Float64Array) => points.reduce((sum, i) => sum + column[i]!, 0) / points.length;
  return new Coordinate3D(mean(x), mean(y), mean(z));
}

function indicesWhere(column: ArrayLike<number>, test: (value: number) => boolean): number[] {
  const indices: number[] = [];
  for (let i = 0; i < column.length; i++) if (test(column[i]!)) indices.push(i);
  return indices;
}

function readPosition(position: Coordinate3D | readonly [number, number, number] | null): Coordinate3D | null {
  if (position === null) return null;
  const point = position instanceof Coordinate3D ? position : new Coordinate3D(position[0], position[1], position[2]);
  if (point.frame === "voxel") {
    throw new WbeError("FRAME_MISMATCH", 'expected a position in um ("scanner" or an atlas), found the frame "voxel"', {
      remedy: "Apply the volume's AffineTransform first.",
    });
  }
  return point;
}

/** A node whose id is settled. */
export type IdentifiedNode = NeuronNode & { readonly id: NeuronID };

/**
 * The nodes with ids: given ids are kept, others get the lowest free number (from 1) of their region, in order.
 *
 * @param used ids that are taken already.
 * @throws WbeError NAME_CLASH for an id used twice.
 */
export function assignIds(
  nodes: readonly NeuronNode[],
  used: { has(id: string): boolean; keys(): Iterable<string> },
): IdentifiedNode[] {
  const taken = new Set<string>(used.keys());
  for (const { id } of nodes) {
    if (id === null) continue;
    if (taken.has(id)) {
      throw new WbeError("NAME_CLASH", `expected one neuron per id, found "${id}" twice`, {
        remedy: "Give each neuron its own id, or none to have one assigned.",
      });
    }
    taken.add(id);
  }
  const next = new Map<string, number>();
  return nodes.map((node) => {
    if (node.id !== null) return node as IdentifiedNode;
    let number = next.get(node.region) ?? 1;
    while (number <= maxIdNumber && taken.has(formatNeuronID(node.region, number))) number++;
    const id = formatNeuronID(node.region, number);
    next.set(node.region, number + 1);
    return node.with({ id, label: node.label || id }) as IdentifiedNode;
  });
}
