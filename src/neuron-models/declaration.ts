/**
 * A neuron model as data. Everything else (kernel, reference interpreter, docs, forms, unit check, conformance
 * tests) is derived from it; nothing else knows the model's name.
 *
 * @module
 */
import type { ParameterDeclaration, StateDeclaration } from "../core/declaration.js";

export interface NeuronDeclaration {
  readonly id: string;
  /** One or two sentences: what the model is for. */
  readonly doc?: string;
  /** Paper, with equation or table. */
  readonly source: string;
  readonly params: Readonly<Record<string, ParameterDeclaration>>;
  readonly states: Readonly<Record<string, StateDeclaration>>;
  /**
   * Input currents, name → unit. `I` is injected current; synaptic currents are added to `Isyn` where that is
   * declared and to `I` otherwise. Default { I: "pA" }.
   */
  readonly inputs?: Readonly<Record<string, string>>;
  /** Functions for the equations, name → "(x, y) = expression" of its parameters alone; units are checked at each use. */
  readonly functions?: Readonly<Record<string, string>>;
  /**
   * Lines "dX/dt = …" for states and "name = …" for intermediate values, in any order. `xi`, `xi_name` are independent white
   * noises (1/sqrt(ms)): "dV/dt = (EL - V)/tau + sigma*sqrt(2/tau)*xi"; euler reads them as Itô, heun as Stratonovich.
   */
  readonly equations: string;
  /**
   * Condition for a spike. With a reset it is a level; without one it is an upward crossing (true now, false a
   * step before).
   */
  readonly spike: string;
  /** Assignments "V = Vreset; w = w + b", carried out in order. */
  readonly reset?: string;
  /** Duration (ms): a parameter name, expression or number. Rounded up to whole steps. */
  readonly refractory?: string;
  /** States held during refractoriness; default: the states named in the spike condition. */
  readonly hold?: readonly string[];
  /** Relations between parameters that must hold, e.g. "Vreset < Vth". */
  readonly constraints?: readonly string[];
  readonly method: "euler" | "exponential-euler" | "exact" | "heun" | "rk4";
}

/** Marks a declaration; checking happens where it is compiled, with messages that point at the term. */
export function defineNeuron<const D extends NeuronDeclaration>(declaration: D): D {
  return declaration;
}
