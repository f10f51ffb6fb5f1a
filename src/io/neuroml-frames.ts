/**
 * Elements of a NeuroML file as frames: what an element does with the elements inside it. One stack of them reads the
 * file as it streams by.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import type { Attributes, NeuroMlComponent } from "./neuroml-data.js";

export interface Frame {
  /** The frame of an element inside this one. */
  open(name: string, attributes: Attributes, where: string): Frame;
  text?(text: string): void;
  close?(where: string): void;
}

/** Whatever is inside is left out. */
export const ignored: Frame = { open: () => ignored };

/** An element of which nothing is kept but its attributes. */
export const leaf = ignored;

/** Notes and annotations concern readers, not the model. */
export const isRemark = (name: string): boolean => name === "notes" || name === "annotation" || name === "property";

/** Keeps an element as it stands, and all inside it. */
export function keep(into: NeuroMlComponent[], kind: string, attributes: Attributes): Frame {
  const children: NeuroMlComponent[] = [];
  into.push({ kind, attributes: { ...attributes }, children });
  return {
    open: (name, inner) => (isRemark(name) ? ignored : keep(children, name, inner)),
  };
}

/** Elements kept as they stand. */
export const keepAll = (into: NeuroMlComponent[]): Frame => ({
  open: (name, attributes) => (isRemark(name) ? ignored : keep(into, name, attributes)),
});

/** @throws WbeError FORMAT when the attribute is missing. */
export function need(attributes: Attributes, name: string, where: string): string {
  const value = attributes[name];
  if (value === undefined) throw new WbeError("FORMAT", `expected an attribute ${name}, found none`, { where });
  return value;
}

/** @throws WbeError FORMAT for what is no finite number. */
export function numberIn(attributes: Attributes, name: string, where: string, byDefault?: number): number {
  const text = attributes[name];
  if (text === undefined && byDefault !== undefined) return byDefault;
  const value = text === undefined || text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw new WbeError("FORMAT", `expected a number as ${name}, found ${text === undefined ? "none" : `"${text}"`}`, {
    where,
  });
}

/** @throws WbeError FORMAT for what is no whole number from 0 to 2³¹ − 1. */
export function indexIn(attributes: Attributes, name: string, where: string, byDefault?: number): number {
  const value = numberIn(attributes, name, where, byDefault);
  if (Number.isInteger(value) && value >= 0 && value < 2 ** 31) return value;
  throw new WbeError("FORMAT", `expected a whole number as ${name}, found "${attributes[name]}"`, { where });
}
