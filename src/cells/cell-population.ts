/**
 * Many equal cells in the memory of a network: in pairs, whose constant columns they share. What reaches them comes from
 * a kernel of synapses (compiler/model.ts, ports with a site), of which each pair has its own part.
 *
 * @module
 */
import { descriptorWords } from "../compiler/layout.js";
import { Arena } from "../kernels/arena.js";
import {
  createHinesKernel,
  type HinesKernel,
  hinesDescriptorWords,
  hinesSiteBytes,
  hinesSynapseBytes,
  hinesWords,
} from "../kernels/hines.js";
import type { Cell } from "./cell.js";
import { type CellGroup, fillGroup, reserveGroup } from "./cell-group.js";
import { buildModelCell, type CellModel } from "./cell-model.js";
import { channelMembrane } from "./channel-membrane.js";
import type { PlacedMembrane } from "./membrane.js";
import type { Site } from "./sites.js";

/** Addresses of f64: all of the state that the synapses' kernel does not hold. Plain data. */
export interface CellPlaces {
  /** By cell; of each cell in the same order. */
  readonly places: Uint32Array;
  /** Pairs from, to: what is there twice, to be copied once the places were written. */
  readonly copies: Uint32Array;
}

/** What the cells have to know of their synapses' kernel. */
export interface ReceiverMemory {
  /** Address of its descriptor, as if it were run whole. */
  readonly descriptor: number;
  /** Number of arrays in the descriptor. */
  readonly arrays: number;
  /** Bytes of a port's row in the ring. */
  readonly ringRow: number;
  /** Index of the array of a state or an input. */
  array(name: string): number;
  /** The names of each site's potential and input, in order. */
  readonly sites: readonly { readonly V: string; readonly I: string }[];
  /** Synapses by port: their site, and the states that hold their current and its slope. */
  readonly synapses: readonly { readonly site: number; readonly current: string; readonly slope: string }[];
  /** advance(descriptor, step, steps) of the kernel. */
  readonly advance: (descriptor: number, step: number, steps: number) => number;
}

export class CellPopulation {
  private kernel: HinesKernel | undefined;
  private membrane: PlacedMembrane | undefined;
  private spikes: Uint32Array = new Uint32Array(0);
  private notFinite: readonly Uint32Array[] = [];

  private constructor(
    private readonly cell: Cell,
    private readonly sites: readonly Site[],
    private readonly detector: number,
    private readonly model: CellModel,
    private readonly groups: readonly CellGroup[],
    private readonly placing: ((memory: WebAssembly.Memory) => Promise<PlacedMembrane>) | undefined,
    private readonly tables: readonly { receivers: number; synapses: number; sites: number }[],
    private readonly threshold: number,
    private readonly spikesEnd: number,
    private readonly dt: number,
  ) {}

  /**
   * @param size cells here.
   * @param ports of their synapses; `arrays` in the descriptor of their kernel.
   * @param dt ms
   */
  static reserve(
    arena: Arena,
    model: CellModel,
    size: number,
    { ports, arrays, dt }: { ports: number; arrays: number; dt: number },
  ): CellPopulation {
    const { cell, sites, detector } = buildModelCell(model);
    const cells = new Array<Cell>(size).fill(cell);
    const groups: CellGroup[] = [];
    for (let first = 0; first < size; first += 2) {
      const members = first + 1 < size ? [first, first + 1] : [first];
      const leader = groups[0];
      if (leader?.lanes !== members.length) groups.push(reserveGroup(arena, cells, members, [], [], dt));
      else {
        const column = () => arena.reserve(8 * leader.length);
        const own = { V: column(), current: column(), conductance: column() };
        const descriptor = arena.reserve(4 * hinesDescriptorWords);
        groups.push({ ...leader, members, at: { ...leader.at, ...own }, descriptor });
      }
    }
    const views = groups.map(({ members, nodes, order, length, descriptor, at }) => ({
      cells: members.map(() => cell),
      nodes,
      place: order.place,
      length,
      descriptor,
      V: at.V,
      current: at.current,
      conductance: at.conductance,
    }));
    const hasMembrane = cell.channels.declarations.length > 0 && size > 0;
    const placing = hasMembrane ? channelMembrane.reserve(arena, views, dt) : undefined;
    const tables = groups.map(() => ({
      receivers: arena.reserve(4 * (descriptorWords.arrays + arrays)),
      synapses: arena.reserve(hinesSynapseBytes * (ports + sites.length)),
      sites: arena.reserve(hinesSiteBytes * sites.length),
    }));
    const [threshold, spikesEnd] = [arena.reserve(8), arena.reserve(4)];
    return new CellPopulation(cell, sites, detector, model, groups, placing, tables, threshold, spikesEnd, dt);
  }

  async place(arena: Arena, memory: WebAssembly.Memory, receivers: ReceiverMemory): Promise<void> {
    const { model, groups, dt } = this;
    const V = model.V ?? -65;
    this.membrane = await this.placing?.(memory);
    this.kernel = await createHinesKernel(memory, this.membrane?.advance, receivers.advance);
    arena.f64(this.threshold, 1)[0] = model.spike?.threshold ?? 0;
    this.spikes = arena.u32(this.spikesEnd, 1);
    const cells = groups.flatMap(({ members }) => members.map(() => this.cell));
    const hasMembrane = this.membrane !== undefined;
    const filling = { cells, dt, isCrankNicolson: false, hasMembrane, interval: 0, V, clamps: [] };
    const notFinite: Uint32Array[] = [];
    groups.forEach((group, k) => {
      const words = arena.u32(group.descriptor, hinesDescriptorWords);
      const leader = groups[0]!;
      if (k === 0 || group.lanes !== leader.lanes) fillGroup(arena, group, filling);
      else {
        const own = words[hinesWords.membrane]!;
        words.set(arena.u32(leader.descriptor, hinesDescriptorWords));
        words[hinesWords.membrane] = own;
        for (const name of ["V", "current", "conductance"] as const) words[hinesWords[name]] = group.at[name];
        arena.f64(group.at.V, group.length).fill(V);
      }
      notFinite.push(this.placeReceivers(arena, k, receivers));
      this.membrane?.start(group.descriptor);
    });
    this.notFinite = notFinite;
  }

  /** The pair's part of the synapses' kernel, and where the cable finds its currents. */
  private placeReceivers(arena: Arena, k: number, receivers: ReceiverMemory): Uint32Array {
    const { lanes, members, order, descriptor } = this.groups[k]!;
    const { receivers: at, synapses, sites } = this.tables[k]!;
    const first = members[0]!;
    const nWords = descriptorWords.arrays + receivers.arrays;
    const part = arena.u32(at, nWords);
    part.set(arena.u32(receivers.descriptor, nWords));
    part[descriptorWords.neurons] = lanes;
    part[descriptorWords.ring]! += 4 * first;
    part[descriptorWords.awake] = receivers.ringRow;
    part[descriptorWords.firstNeuron]! += first;
    part[descriptorWords.uniformInputs] = 0;
    for (let a = descriptorWords.arrays; a < nWords; a++) part[a]! += 8 * first;
    const address = (name: string): number => part[descriptorWords.arrays + receivers.array(name)]!;
    const element = (site: number): number => order.place[this.sites[site]!.node]! * lanes;
    const inputs = receivers.sites.flatMap(({ I }, s) => [element(s), address(I), 0, 0]);
    const currents = receivers.synapses.flatMap(({ site, current, slope }) => [
      element(site),
      address(current),
      address(slope),
      0,
    ]);
    const table = [...inputs, ...currents];
    arena.u32(synapses, table.length).set(table);
    arena.u32(sites, 2 * receivers.sites.length).set(receivers.sites.flatMap(({ V }, s) => [element(s), address(V)]));
    const words = arena.u32(descriptor, hinesDescriptorWords);
    words[hinesWords.receivers] = at;
    words[hinesWords.synapses] = synapses;
    words[hinesWords.nSynapses] = table.length / 4;
    words[hinesWords.sites] = sites;
    words[hinesWords.nSites] = receivers.sites.length;
    words[hinesWords.detector] = this.detector;
    words[hinesWords.threshold] = this.threshold;
    words[hinesWords.spikesEnd] = this.spikesEnd;
    words[hinesWords.firstCell] = first;
    return part.subarray(descriptorWords.notFinite, descriptorWords.notFinite + 1);
  }

  /**
   * Steps [step, step + steps) of all cells, pair by pair: a pair stays in the caches.
   *
   * @param spikes address of the list of spikes, which are written cell by cell.
   * @returns number of spikes, and whether a potential of a site or a state of a synapse may not be finite.
   */
  advance(spikes: number, step: number, steps: number): { count: number; staysFinite: boolean } {
    this.spikes[0] = spikes;
    for (const { descriptor } of this.groups) this.kernel!.advance(descriptor, step, steps);
    let staysFinite = true;
    for (const word of this.notFinite) {
      if (word[0] === 0) continue;
      word[0] = 0;
      staysFinite = false;
    }
    return { count: (this.spikes[0]! - spikes) >>> 3, staysFinite };
  }

  places(): CellPlaces {
    const places: number[] = [];
    const copies: number[] = [];
    for (const { members, at, nodes, order, lanes, descriptor } of this.groups) {
      members.forEach((_, lane) => {
        for (const column of [at.V, at.current, at.conductance]) {
          for (let i = 0; i < nodes; i++) places.push(column + 8 * (order.place[i]! * lanes + lane));
        }
        const own = this.membrane?.places?.(descriptor, lane);
        for (const place of own?.places ?? []) places.push(place);
        for (const pair of own?.copies ?? []) copies.push(...pair);
      });
    }
    return { places: Uint32Array.from(places), copies: Uint32Array.from(copies) };
  }
}

/** Bytes that cells take in the memory of a network, what reaches them apart. @throws WbeError as buildModelCell. */
export function cellBytes(model: CellModel, size: number): number {
  const arena = Arena.create();
  const before = arena.mark;
  CellPopulation.reserve(arena, model, size, { ports: 0, arrays: 0, dt: 0.025 });
  return arena.mark - before;
}
