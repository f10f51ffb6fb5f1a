/** Electrical synapse. @module */
import { defineSynapse } from "./declaration.js";

export const gapJunction = defineSynapse({
  id: "GapJunction",
  doc: "Ohmic coupling of two membranes: g·(V of source − V of target), taken at the start of each step, or relaxed to its middle (`relaxations` of a description). A junction that conducts both ways is two connections.",
  source: "Bennett 1966, Ann N Y Acad Sci 137:509",
  weightUnit: "nS",
  params: {},
  states: {},
  equations: "",
  onSpike: "",
  current: "weight",
  electrical: true,
});

export const rectifyingGapJunction = defineSynapse({
  id: "RectifyingGapJunction",
  doc: "Electrical coupling that prefers one direction: the conductance is weight where V of the source is above V of the target, weight·(1 − rectification) where it is below; the other way round for a negative rectification. A junction from cell a to cell b is two connections, a → b with rectification r and b → a with −r.",
  source: "Furshpan & Potter 1959, J Physiol 145:289: current passes from the giant fibre to the motor fibre only",
  weightUnit: "nS",
  params: { rectification: [1, "1", { min: -1, max: 1 }] },
  states: {},
  equations: "",
  onSpike: "",
  current: "weight",
  electrical: true,
});
