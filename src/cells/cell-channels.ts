/**
 * Which channels each compartment of a cell has, and with which parameters.
 *
 * @module
 */
import type { DeclaredRange } from "../core/declaration.js";
import { WbeError } from "../core/errors.js";
import { parseUnit } from "../core/units.js";
import { channelModels } from "../neuron-models/channels/channels.js";
import type { ChannelDeclaration } from "../neuron-models/channels/declaration.js";
import type { CellDeclaration, CellValue } from "./cell-declaration.js";
import type { RegionReader } from "./regions.js";
import type { CompartmentTree } from "./tree.js";

export interface CellChannels {
  /** Those that some compartment has, by id in alphabetical order. */
  readonly declarations: readonly ChannelDeclaration[];
  /** id → 1 for each node that has the channel. */
  readonly present: ReadonlyMap<string, Uint8Array>;
  /** Values that the cell gives, a number per node and NaN where it gives none: "NaTs.gbar", "ena", "celsius", … */
  readonly values: ReadonlyMap<string, Float64Array>;
}

const sharedUnits = {
  ena: "mV",
  ek: "mV",
  eca: "mV",
  nai: "mM",
  nao: "mM",
  ki: "mM",
  ko: "mM",
  cai: "mM",
  cao: "mM",
} as const;

/** @throws WbeError NAME_UNKNOWN for a channel or parameter, PARAMETER_RANGE for a value outside its range. */
export function readChannels(
  declaration: CellDeclaration,
  tree: CompartmentTree,
  regions: RegionReader,
  where: string,
): CellChannels {
  const catalogue = new Map([...channelModels, ...(declaration.channelModels ?? [])].map((model) => [model.id, model]));
  const present = new Map<string, Uint8Array>();
  const values = new Map<string, Float64Array>();
  const assign = (name: string, given: CellValue, unit: string, mask: Uint8Array, range: DeclaredRange = {}): void => {
    const column = values.get(name) ?? new Float64Array(tree.n).fill(Number.NaN);
    values.set(name, column);
    const found = regions.values(given, parseUnit(unit), name);
    for (let i = 0; i < tree.n; i++) {
      if (!mask[i]) continue;
      const value = found[i]!;
      if (value < (range.min ?? value) || value > (range.max ?? value) || value <= (range.above ?? -Infinity)) {
        throw new WbeError(
          "PARAMETER_RANGE",
          `expected ${name} within ${JSON.stringify(range)} ${unit}, found ${value}`,
          {
            where: `${where}, ${regions.placeName(i)}`,
          },
        );
      }
      column[i] = value;
    }
  };
  if (declaration.celsius !== undefined) assign("celsius", declaration.celsius, "degC", regions.region("all"));
  for (const entry of declaration.parameters) {
    const mask = regions.region(entry.region);
    for (const [name, unit] of Object.entries(sharedUnits)) {
      const given = entry[name as keyof typeof sharedUnits];
      if (given !== undefined) assign(name, given, unit, mask);
    }
    for (const [id, own] of Object.entries(entry.channels ?? {})) {
      const model = catalogue.get(id);
      if (!model) {
        throw new WbeError("NAME_UNKNOWN", `unknown channel "${id}"`, {
          where: `${where}, region "${entry.region}"`,
          remedy: `There are ${[...catalogue.keys()].sort().join(", ")}; others can be given as channelModels.`,
        });
      }
      const places = present.get(id) ?? new Uint8Array(tree.n);
      present.set(id, places);
      for (let i = 0; i < tree.n; i++) if (mask[i]) places[i] = 1;
      for (const [name, given] of Object.entries(own)) {
        const parameter = Object.hasOwn(model.params, name) ? model.params[name] : undefined;
        if (!parameter) {
          throw new WbeError("NAME_UNKNOWN", `channel "${id}" has no parameter "${name}"`, {
            where: `${where}, region "${entry.region}"`,
            remedy: `It has ${Object.keys(model.params).join(", ")}.`,
          });
        }
        assign(`${id}.${name}`, given, parameter[1], mask, parameter[2]);
      }
    }
  }
  const declarations = [...present.keys()].sort().map((id) => catalogue.get(id)!);
  return { declarations, present, values };
}
