/**
 * Networks of a NeuroML file: populations, projections, inputs.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import {
  type Attributes,
  type NeuroMlInputs,
  type NeuroMlNetwork,
  type NeuroMlPopulation,
  type NeuroMlProjection,
  type ProjectionKind,
  quantityIn,
} from "./neuroml-data.js";
import { type Frame, ignored, indexIn, leaf, need, numberIn } from "./neuroml-frames.js";

/** A cell of a path: "../population/3/component", "../population[3]", "population[3]" or "3". */
function cellOf(path: string, where: string): { population: string; index: number } {
  const match = /^(?:\.\.\/)?(?:([^/[\]]+)(?:\/(\d+)(?:\/[^/]*)?|\[(\d+)\])|(\d+))$/.exec(path.trim());
  const index = match ? Number(match[2] ?? match[3] ?? match[4]) : Number.NaN;
  if (match && index < 2 ** 31) return { population: match[1] ?? "", index };
  throw new WbeError("FORMAT", `expected a cell such as "../population/3/component", found "${path}"`, { where });
}

class PopulationDraft {
  private readonly places: number[] = [];
  private nInstances = 0;
  private readonly id: string;
  private readonly component: string;

  constructor(
    private readonly attributes: Attributes,
    private readonly where: string,
  ) {
    this.id = need(attributes, "id", where);
    this.component = need(attributes, "component", where);
  }

  readonly frame: Frame = {
    open: (name, attributes, where) => {
      if (name !== "instance") return ignored;
      const id = attributes.id === undefined ? this.nInstances : indexIn(attributes, "id", where);
      if (id !== this.nInstances) {
        throw new WbeError("UNSUPPORTED", `expected instances numbered from 0 in order, found ${id}`, { where });
      }
      this.nInstances++;
      return {
        open: (inner, place, at) => {
          if (inner === "location") this.places.push(...["x", "y", "z"].map((axis) => numberIn(place, axis, at)));
          return leaf;
        },
      };
    },
  };

  finish(): NeuroMlPopulation {
    const { attributes, where, nInstances, places } = this;
    const size = nInstances > 0 ? nInstances : indexIn(attributes, "size", where, 0);
    if (nInstances > 0 && places.length !== 3 * nInstances) {
      throw new WbeError(
        "FORMAT",
        `expected one location for each of ${nInstances} instances, found ${places.length / 3}`,
        {
          where,
        },
      );
    }
    const positions = nInstances > 0 ? Float64Array.from(places) : undefined;
    return { id: this.id, component: this.component, size, positions };
  }
}

class ProjectionDraft {
  private readonly rows = { sourceCell: [], targetCell: [], sourceSegment: [], targetSegment: [] } as Record<
    "sourceCell" | "targetCell" | "sourceSegment" | "targetSegment",
    number[]
  >;
  private readonly values = { sourceFraction: [], targetFraction: [], weight: [], delay: [] } as Record<
    "sourceFraction" | "targetFraction" | "weight" | "delay",
    number[]
  >;
  private synapse: string | undefined;

  constructor(
    private readonly kind: ProjectionKind,
    private readonly id: string,
    readonly source: string,
    readonly target: string,
    synapse: string | undefined,
  ) {
    this.synapse = synapse;
  }

  readonly frame: Frame = {
    open: (name, attributes, where) => {
      if (/^(?:electrical|continuous)?[cC]onnection/.test(name)) this.add(attributes, where);
      return leaf;
    },
  };

  add(attributes: Attributes, where: string): void {
    const { rows, values } = this;
    const ends = [
      ["pre", this.source, rows.sourceCell],
      ["post", this.target, rows.targetCell],
    ] as const;
    for (const [side, expected, cells] of ends) {
      const { population, index } = cellOf(
        need(attributes, `${side}Cell${attributes[`${side}CellId`] === undefined ? "" : "Id"}`, where),
        where,
      );
      if (population !== "" && population !== expected) {
        throw new WbeError("FORMAT", `expected a cell of "${expected}", found one of "${population}"`, { where });
      }
      cells.push(index);
    }
    const segment = (side: string) =>
      attributes[`${side}Segment`] === undefined ? `${side}SegmentId` : `${side}Segment`;
    rows.sourceSegment.push(indexIn(attributes, segment("pre"), where, 0));
    rows.targetSegment.push(indexIn(attributes, segment("post"), where, 0));
    values.sourceFraction.push(numberIn(attributes, "preFractionAlong", where, 0.5));
    values.targetFraction.push(numberIn(attributes, "postFractionAlong", where, 0.5));
    values.weight.push(numberIn(attributes, "weight", where, 1));
    values.delay.push(attributes.delay === undefined ? 0 : quantityIn(attributes.delay, "ms", where));
    if (this.kind === "projection") return;
    const { synapse, preComponent, postComponent } = attributes;
    const named = synapse ?? `${preComponent ?? ""} ${postComponent ?? ""}`;
    if (this.synapse !== undefined && this.synapse !== named) {
      throw new WbeError(
        "UNSUPPORTED",
        `expected one synapse in "${this.id}", found "${this.synapse}" and "${named}"`,
        {
          where,
          remedy: "Make a projection of each.",
        },
      );
    }
    this.synapse = named;
  }

  finish(): NeuroMlProjection {
    const { kind, id, source, target, rows, values } = this;
    return {
      kind,
      id,
      source,
      target,
      synapse: this.synapse ?? "",
      sourceCell: Uint32Array.from(rows.sourceCell),
      targetCell: Uint32Array.from(rows.targetCell),
      sourceSegment: Int32Array.from(rows.sourceSegment),
      targetSegment: Int32Array.from(rows.targetSegment),
      sourceFraction: Float64Array.from(values.sourceFraction),
      targetFraction: Float64Array.from(values.targetFraction),
      weight: Float64Array.from(values.weight),
      delay: Float64Array.from(values.delay),
    };
  }
}

class InputsDraft {
  private readonly cell: number[] = [];
  private readonly segment: number[] = [];
  private readonly fraction: number[] = [];
  private readonly weight: number[] = [];

  constructor(
    private readonly id: string,
    private readonly component: string,
    private readonly population: string,
  ) {}

  readonly frame: Frame = {
    open: (name, attributes, where) => {
      if (name === "input" || name === "inputW") this.add(attributes, where);
      return leaf;
    },
  };

  add(attributes: Attributes, where: string): void {
    const { population, index } = cellOf(need(attributes, "target", where), where);
    if (population !== "" && population !== this.population) {
      throw new WbeError("FORMAT", `expected a cell of "${this.population}", found one of "${population}"`, { where });
    }
    this.cell.push(index);
    this.segment.push(indexIn(attributes, "segmentId", where, 0));
    this.fraction.push(numberIn(attributes, "fractionAlong", where, 0.5));
    this.weight.push(numberIn(attributes, "weight", where, 1));
  }

  finish(): NeuroMlInputs {
    const { id, component, population } = this;
    return {
      id,
      component,
      population,
      cell: Uint32Array.from(this.cell),
      segment: Int32Array.from(this.segment),
      fraction: Float64Array.from(this.fraction),
      weight: Float64Array.from(this.weight),
    };
  }
}

/** A network while it is read. Single connections and inputs join projections and lists of their own. */
export class NetworkDraft {
  private readonly populations: PopulationDraft[] = [];
  private readonly projections: ProjectionDraft[] = [];
  private readonly inputs: InputsDraft[] = [];
  private readonly gathered = new Map<string, { draft: ProjectionDraft } | { inputs: InputsDraft }>();
  private readonly id: string;

  constructor(
    private readonly attributes: Attributes,
    private readonly where: string,
    private readonly note: (text: string) => void,
  ) {
    this.id = need(attributes, "id", where);
  }

  readonly frame: Frame = {
    open: (name, attributes, where) => {
      if (name === "population") {
        const draft = new PopulationDraft(attributes, where);
        this.populations.push(draft);
        return draft.frame;
      }
      if (name === "projection" || name === "electricalProjection" || name === "continuousProjection") {
        const id = need(attributes, "id", where);
        const [source, target] = [
          need(attributes, "presynapticPopulation", where),
          need(attributes, "postsynapticPopulation", where),
        ];
        const synapse = name === "projection" ? need(attributes, "synapse", where) : undefined;
        const draft = new ProjectionDraft(name, id, source, target, synapse);
        this.projections.push(draft);
        return draft.frame;
      }
      if (name === "inputList") {
        const draft = new InputsDraft(
          need(attributes, "id", where),
          need(attributes, "component", where),
          need(attributes, "population", where),
        );
        this.inputs.push(draft);
        return draft.frame;
      }
      if (name.startsWith("synapticConnection")) this.gatherConnection(attributes, where);
      else if (name === "explicitInput") this.gatherInput(attributes, where);
      else if (!["notes", "annotation", "property"].includes(name)) this.note(`<${name}> of networks is left out`);
      return ignored;
    },
  };

  private gatherConnection(attributes: Attributes, where: string): void {
    const [from, to] = [cellOf(need(attributes, "from", where), where), cellOf(need(attributes, "to", where), where)];
    const synapse = need(attributes, "synapse", where);
    const id = `${from.population}_${to.population}_${synapse}`;
    let known = this.gathered.get(id);
    if (!known || !("draft" in known)) {
      known = { draft: new ProjectionDraft("projection", id, from.population, to.population, synapse) };
      this.gathered.set(id, known);
      this.projections.push(known.draft);
    }
    const { weight, delay } = attributes;
    const given = { ...(weight === undefined ? {} : { weight }), ...(delay === undefined ? {} : { delay }) };
    known.draft.add({ preCellId: String(from.index), postCellId: String(to.index), ...given }, where);
  }

  private gatherInput(attributes: Attributes, where: string): void {
    const { population, index } = cellOf(need(attributes, "target", where), where);
    const component = need(attributes, "input", where);
    const id = `${population}_${component}`;
    let known = this.gathered.get(id);
    if (!known || !("inputs" in known)) {
      known = { inputs: new InputsDraft(id, component, population) };
      this.gathered.set(id, known);
      this.inputs.push(known.inputs);
    }
    known.inputs.add({ target: String(index) }, where);
  }

  /** @throws WbeError FORMAT for cells and populations that are not there. */
  finish(): NeuroMlNetwork {
    const { temperature } = this.attributes;
    const network = {
      id: this.id,
      temperature: temperature === undefined ? undefined : quantityIn(temperature, "degC", this.where),
      populations: this.populations.map((draft) => draft.finish()),
      projections: this.projections.map((draft) => draft.finish()),
      inputs: this.inputs.map((draft) => draft.finish()),
    };
    checkNetwork(network, "FORMAT", this.where);
    return network;
  }
}

/** @throws WbeError for populations that are there twice, and for cells that are not there. */
export function checkNetwork(network: NeuroMlNetwork, code: "FORMAT" | "ARGUMENT", where: string): void {
  const sizes = new Map<string, number>();
  for (const { id, size, positions } of network.populations) {
    if (sizes.has(id)) throw new WbeError(code, `population "${id}" is there twice`, { where });
    if (positions && positions.length !== 3 * size) {
      throw new WbeError(code, `expected ${size} positions in "${id}", found ${positions.length / 3}`, { where });
    }
    sizes.set(id, size);
  }
  const check = (population: string, cells: Uint32Array, what: string) => {
    const size = sizes.get(population);
    if (size === undefined) {
      throw new WbeError(code, `expected a population of the network in ${what}, found "${population}"`, { where });
    }
    const beyond = cells.find((cell) => cell >= size);
    if (beyond !== undefined) {
      throw new WbeError(code, `expected cells below ${size} of "${population}" in ${what}, found ${beyond}`, {
        where,
      });
    }
  };
  for (const projection of network.projections) {
    check(projection.source, projection.sourceCell, `projection "${projection.id}"`);
    check(projection.target, projection.targetCell, `projection "${projection.id}"`);
  }
  for (const { id, population, cell } of network.inputs) check(population, cell, `input list "${id}"`);
}
