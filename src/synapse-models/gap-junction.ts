/** Electrical synapse. @module */
import { defineSynapse } from "./declaration.js";

export const gapJunction = defineSynapse({
  id: "GapJunction",
  doc: "Ohmic coupling of two membranes: g·(V of source − V of target), taken at the start of each step. A junction that conducts both ways is two connections.",
  source: "Bennett 1966, Ann N Y Acad Sci 137:509",
  weightUnit: "nS",
  params: {},
  states: {},
  equations: "",
  onSpike: "",
  current: "weight",
  electrical: true,
});
