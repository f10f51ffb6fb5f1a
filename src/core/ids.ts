/**
 * Identifiers that people and files see, such as "CTX-00142857": a region code of two to six upper-case letters and
 * digits, a dash, and eight digits. Inside wbe everything is a 32-bit index; id-table.ts maps between the two.
 *
 * @module
 */
import { requireInteger } from "./arguments.js";
import { WbeError } from "./errors.js";

declare const brand: unique symbol;

/** A brain region's code: two to six upper-case letters and digits, e.g. "CTX", "V1", "CA3". */
export type RegionCode = string & { readonly [brand]: "RegionCode" };
/** A neuron's identifier, e.g. "CTX-00142857". */
export type NeuronID = string & { readonly [brand]: "NeuronID" };
/** A synapse's identifier, of the same form as a neuron's. */
export type SynapseID = string & { readonly [brand]: "SynapseID" };

/** The two parts of an identifier. */
export interface IdParts {
  readonly region: RegionCode;
  /** 0 to 99,999,999. */
  readonly number: number;
}

/** The largest number that eight digits hold. */
export const maxIdNumber = 99_999_999;

const regionPattern = /^[A-Z0-9]{2,6}$/;
const idPattern = /^([A-Z0-9]{2,6})-([0-9]{8})$/;

export function isRegionCode(text: unknown): text is RegionCode {
  return typeof text === "string" && regionPattern.test(text);
}

/** @throws WbeError ARGUMENT unless `text` is a region code. */
export function regionCode(text: string): RegionCode {
  if (isRegionCode(text)) return text;
  throw new WbeError("ARGUMENT", `expected a region code such as "CTX", found ${JSON.stringify(text)}`, {
    remedy: "Use two to six upper-case letters and digits.",
  });
}

function parseId(text: string, kind: string): IdParts {
  const match = typeof text === "string" ? idPattern.exec(text) : null;
  if (!match) {
    throw new WbeError("ARGUMENT", `expected a ${kind} id such as "CTX-00142857", found ${JSON.stringify(text)}`, {
      remedy: "Write a region code of two to six upper-case letters and digits, a dash and eight digits.",
    });
  }
  return { region: match[1] as RegionCode, number: Number(match[2]) };
}

function formatId(region: string, number: number, kind: string): string {
  requireInteger(number, 0, maxIdNumber, `the number of a ${kind} id`);
  return `${regionCode(region)}-${String(number).padStart(8, "0")}`;
}

export function isNeuronID(text: unknown): text is NeuronID {
  return typeof text === "string" && idPattern.test(text);
}

export function isSynapseID(text: unknown): text is SynapseID {
  return typeof text === "string" && idPattern.test(text);
}

/** `text` as a neuron id. @throws WbeError ARGUMENT unless it has the form "CTX-00142857". */
export function neuronID(text: string): NeuronID {
  parseId(text, "neuron");
  return text as NeuronID;
}

/** `text` as a synapse id. @throws WbeError ARGUMENT unless it has the form "CTX-00142857". */
export function synapseID(text: string): SynapseID {
  parseId(text, "synapse");
  return text as SynapseID;
}

/** Region and number of a neuron id. @throws WbeError ARGUMENT for other text. */
export function parseNeuronID(text: string): IdParts {
  return parseId(text, "neuron");
}

/** Region and number of a synapse id. @throws WbeError ARGUMENT for other text. */
export function parseSynapseID(text: string): IdParts {
  return parseId(text, "synapse");
}

/** formatNeuronID("CTX", 142857) is "CTX-00142857". @throws WbeError ARGUMENT for a bad code or number. */
export function formatNeuronID(region: string, number: number): NeuronID {
  return formatId(region, number, "neuron") as NeuronID;
}

/** formatSynapseID("CTX", 142857) is "CTX-00142857". @throws WbeError ARGUMENT for a bad code or number. */
export function formatSynapseID(region: string, number: number): SynapseID {
  return formatId(region, number, "synapse") as SynapseID;
}
