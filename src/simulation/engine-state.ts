/**
 * The whole changing state of an engine, taken and given back as checkpoints.
 *
 * @module
 */
import { descriptorWords } from "../compiler/layout.js";
import type { NumericArray } from "../core/column.js";
import { internalError } from "../core/errors.js";
import type { Actions } from "./actions.js";
import { arrivalListParts } from "./arrival-list.js";
import { type Checkpoint, checkParts, checkpointVersion, encodeCheckpoint } from "./checkpoint.js";
import type { NetworkDescription } from "./description.js";
import type { EventDriven } from "./event-driven.js";
import { fingerprint } from "./fingerprint.js";
import { Joined } from "./joined.js";
import { areUniform } from "./memory-layout.js";
import type { BuiltNetwork } from "./network.js";
import type { PlasticViews } from "./plastic-projection.js";
import type { PopulationSettings } from "./population-settings.js";
import type { Recorders } from "./recorders.js";
import { arrivalsPart } from "./ring.js";
import { fixedPart, joinedPart, prefixed, type StatePart } from "./state-part.js";
import type { CoupledProcess, EngineView } from "./view.js";
import type { CellMemory, WholeNetwork } from "./whole-network.js";

export interface EngineParts {
  readonly network: BuiltNetwork;
  readonly whole: WholeNetwork;
  readonly settings: readonly PopulationSettings[];
  /** By population, of each share; empty where a population is run step by step. */
  readonly eventDriven: readonly (readonly EventDriven[])[];
  /** Puts all changes in, of plastic weights too: a checkpoint then says nothing of when that was done before. */
  readonly bringUpToDate: () => void;
  readonly recorders: Recorders;
  readonly actions: Actions;
  /** Spike counters, each with one column per population. */
  readonly counters: readonly (readonly Uint32Array[])[];
  readonly attached: readonly { readonly process: CoupledProcess; readonly view: EngineView }[];
}

const processPrefix = (k: number): string => `processes/${k}/`;

export class EngineState {
  private network: Promise<string> | undefined;

  private description: NetworkDescription;

  constructor(private readonly engine: EngineParts) {
    this.description = engine.network.description;
  }

  /** The engine at this step, as copies made before this returns. @throws WbeError UNSUPPORTED without WebCrypto. */
  async copy(step: number): Promise<Checkpoint> {
    const arrays = this.readArrays();
    for (const [name, values] of arrays) arrays.set(name, values.slice());
    return { ...(await this.header(step)), arrays };
  }

  /** The bytes of a checkpoint file, without a copy in between; the engine must stand still meanwhile. */
  async encode(step: number): Promise<Uint8Array> {
    return encodeCheckpoint({ ...(await this.header(step)), arrays: this.readArrays() });
  }

  /** @throws WbeError DESCRIPTION_INVALID or FORMAT for a checkpoint that is none of this engine; changes nothing. */
  async check(checkpoint: Checkpoint): Promise<void> {
    const network = await this.fingerprint();
    const prefixes = this.engine.attached.map((_, k) => processPrefix(k));
    checkParts(checkpoint, network, [...this.parts()], (name) => prefixes.some((prefix) => name.startsWith(prefix)));
  }

  /** Takes over a checkpoint that `check` found fit. @throws what a process throws that refuses its state. */
  restore({ arrays }: Checkpoint): void {
    this.engine.attached.forEach(({ process, view }, k) => {
      const prefix = processPrefix(k);
      const saved = [...arrays].filter(([name]) => name.startsWith(prefix));
      process.load(
        Object.fromEntries(saved.map(([name, values]) => [name.slice(prefix.length), Float64Array.from(values)])),
        view,
      );
    });
    for (const part of this.parts()) part.write(arrays.get(part.name)!);
    for (const { words, inputs } of this.engine.whole.populations) {
      const uniform = Number(areUniform(inputs.map((column) => column.read())));
      for (const own of words) {
        own[descriptorWords.notFinite] = 0;
        own[descriptorWords.uniformInputs] = uniform;
      }
    }
    for (const { plastic } of this.engine.whole.projections) for (const { sinceFlush } of plastic) sinceFlush.fill(0);
  }

  private async header(step: number) {
    return {
      format: "wbe-checkpoint",
      version: checkpointVersion,
      network: await this.fingerprint(),
      step,
      dt: this.engine.network.description.dt,
    } as const;
  }

  /** The network has another description now. */
  redescribe(description: NetworkDescription): void {
    this.description = description;
    this.network = undefined;
  }

  private fingerprint(): Promise<string> {
    const { network, attached } = this.engine;
    this.network ??= fingerprint(
      { ...network, description: this.description },
      attached.map(({ process }) => process),
    );
    return this.network;
  }

  /** Live views by name, and what the processes save. */
  private readArrays(): Map<string, NumericArray> {
    this.engine.bringUpToDate();
    const arrays = new Map<string, NumericArray>();
    const add = (name: string, values: NumericArray): void => {
      if (arrays.has(name)) throw internalError(`two parts of a checkpoint are called "${name}"`);
      arrays.set(name, values);
    };
    for (const part of this.parts()) add(part.name, part.read());
    this.engine.attached.forEach(({ process, view }, k) => {
      for (const [name, values] of Object.entries(process.save(view))) add(processPrefix(k) + name, values);
    });
    return arrays;
  }

  private *parts(): Iterable<StatePart> {
    const { network, whole, settings, eventDriven, counters, recorders, actions } = this.engine;
    for (const [k, { built, states, inputs, ring, arrivals, cells }] of whole.populations.entries()) {
      const { stateNames, inputNames } = built.compiled.program;
      const at = `populations/${built.name}`;
      yield* prefixed(`${at}/`, settings[k]!.stateParts());
      const own = eventDriven[k]!.map((share) => share.views());
      for (const name of Object.keys(own[0] ?? {})) {
        yield joinedPart(`${at}/${name}`, Joined.ofRows(own.map((views) => views[name]!)));
      }
      if (built.hasExactTimes) yield* prefixed(`${at}/`, arrivalListParts(eventDriven[k]!, built.wholeSize));
      if (own.length === 0) {
        for (const [s, column] of states.entries()) yield joinedPart(`${at}/states/${stateNames[s]}`, column);
      }
      for (const [s, column] of inputs.entries()) yield joinedPart(`${at}/inputs/${inputNames[s]}`, column);
      if (cells.length > 0) yield cellsPart(`${at}/cells`, cells);
      yield arrivalsPart(`${at}/arrivals`, ring, arrivals);
      for (const [c, counts] of counters.entries()) yield fixedPart(`${at}/spike counts/${c}`, counts[k]!);
    }
    for (const [k, { name, from }] of network.projections.entries()) {
      const { weights, plastic, release, rows } = whole.projections[k]!;
      yield joinedPart(`projections/${name}/weights`, weights);
      const nSource = network.populations[from]!.wholeSize;
      if (plastic.length > 0) yield* prefixed(`projections/${name}/plasticity/`, plasticParts(plastic, nSource, rows));
      if (release.length > 0) {
        yield joinedPart(`projections/${name}/release/last`, Joined.same(release.map(({ last }) => last)));
        yield joinedPart(`projections/${name}/release/u`, Joined.same(release.map(({ u }) => u)));
        const empty = release.map((own) => own.empty);
        yield joinedPart(`projections/${name}/release/empty`, Joined.ofBounds(empty, rows));
      }
    }
    yield* recorders.stateParts();
    yield* prefixed("actions/", actions.stateParts());
  }
}

/** Potentials, membranes and pools of detailed cells, cell by cell, whichever share holds them. */
function cellsPart(name: string, shares: readonly CellMemory[]): StatePart {
  const length = shares.reduce((sum, { places }) => sum + places.length, 0);
  const column = ({ memory }: CellMemory) => new Float64Array(memory.buffer);
  return {
    name,
    read: () => {
      const values = new Float64Array(length);
      let at = 0;
      for (const share of shares) {
        const memory = column(share);
        for (const place of share.places) values[at++] = memory[place >>> 3]!;
      }
      return values;
    },
    refuse: (values) =>
      values instanceof Float64Array && values.length === length
        ? undefined
        : `expected ${length} values of cells, found ${values.length}`,
    write: (values) => {
      let at = 0;
      for (const share of shares) {
        const memory = column(share);
        for (const place of share.places) memory[place >>> 3] = values[at++]!;
        const { copies } = share;
        for (let k = 0; k < copies.length; k += 2) memory[copies[k + 1]! >>> 3] = memory[copies[k]! >>> 3]!;
      }
    },
  };
}

/**
 * @param shares what each share has of a plastic projection.
 * @param rows of each share: where the rows of its synapses begin.
 */
function* plasticParts(
  shares: readonly PlasticViews[],
  nSource: number,
  rows: readonly Uint32Array[],
): Iterable<StatePart> {
  const { bySource, byTarget, bySynapse, common, queue } = shares[0]!;
  for (const name of Object.keys(bySource)) {
    yield joinedPart(name, Joined.same(shares.map((share) => share.bySource[name]!)));
  }
  for (const [name, { rows }] of Object.entries(byTarget)) {
    const values = shares.map((share) => share.byTarget[name]!.values);
    yield joinedPart(name, Joined.ofRows(values, rows));
  }
  for (const name of Object.keys(bySynapse)) {
    const values = shares.map((share) => share.bySynapse[name]!);
    yield joinedPart(name, Joined.ofBounds(values, rows));
  }
  for (const name of Object.keys(common)) {
    yield joinedPart(name, Joined.same(shares.map((share) => share.common[name]!)));
  }
  yield {
    name: "pending",
    read: () => queue.subarray(1, 1 + 2 * queue[0]!),
    refuse: (values) => {
      const fits =
        values instanceof Uint32Array &&
        values.length % 2 === 0 &&
        values.length < queue.length &&
        values.every((value, k) => k % 2 === 0 || value < nSource);
      return fits ? undefined : `expected pairs of a step and one of ${nSource} sources`;
    },
    write: (values) => {
      for (const { queue: own } of shares) {
        own[0] = values.length >> 1;
        own.set(values, 1);
      }
    },
  };
}
