/**
 * What a linear neuron is between events: y(k) = y* + exp(A·dt·k)·(y₀ − y*), with jumps where spikes arrive and where it
 * fires. Read off a checked model, so that an engine can go from event to event (simulation/event-driven.ts).
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { differentiate } from "./derivative.js";
import { evaluateNodes, type LeafValues } from "./evaluate.js";
import { isInvariant, type Node, topologicalOrder } from "./ir.js";
import type { CheckedModel } from "./model.js";

/** Numbers of one population; n states, all neurons alike but for inputs and refractory period. */
export interface ClosedForm {
  /** A, n×n row by row, per ms. */
  readonly matrix: number[];
  /** Derivatives at y = 0 without inputs, and per unit of each input. */
  readonly constant: number[];
  readonly perInput: number[][];
  /** Per port: what one unit of weight adds to each state. */
  readonly gains: number[][];
  /** The neuron fires when this state exceeds (or reaches) the threshold. */
  readonly spikeState: number;
  readonly threshold: number;
  readonly isStrict: boolean;
  /** At a spike a state becomes keep·state + value, keep being 0 or 1. */
  readonly resets: readonly { readonly keep: 0 | 1; readonly value: number }[];
  /** States that stand still, and take no arrivals, while the neuron is refractory. */
  readonly held: readonly boolean[];
}

interface ClosedFormNodes {
  readonly matrix: Node[];
  readonly constant: Node[];
  readonly perInput: Node[][];
  readonly gains: Node[][];
  readonly spikeState: number;
  readonly threshold: Node;
  readonly isStrict: boolean;
  readonly resets: { keep: 0 | 1; value: Node }[];
}

/**
 * @param perNeuron parameters that differ between neurons; only the refractory period may depend on them.
 * @throws WbeError MODEL_INVALID naming what is not linear or not shared.
 */
export function readClosedForm(model: CheckedModel, perNeuron: ReadonlySet<string>): (leaf: LeafValues) => ClosedForm {
  const nodes = readNodes(model);
  const all = [
    ...nodes.matrix,
    ...nodes.constant,
    ...nodes.perInput.flat(),
    ...nodes.gains.flat(),
    nodes.threshold,
    ...nodes.resets.map(({ value }) => value),
  ];
  const varying = topologicalOrder(all).find(({ op, name }) => op === "param" && perNeuron.has(name));
  if (varying) throw unfit(model, `${varying.name} differs between neurons; only the refractory period and inputs may`);
  const held = model.states.map(({ name }) => model.refractory !== undefined && model.hold.has(name));
  return (leaf) => {
    const at = (list: readonly Node[]): number[] =>
      evaluateNodes(list, (node) => (node.op === "param" ? leaf(node) : 0));
    const matrix = at(nodes.matrix);
    const n = held.length;
    held.forEach((_, i) => {
      const j = held.findIndex((holds, k) => holds && !held[i] && matrix[i * n + k] !== 0);
      if (j < 0) return;
      throw unfit(
        model,
        `d${model.states[i]!.name}/dt depends on ${model.states[j]!.name}, which stands still while refractory`,
      );
    });
    return {
      matrix,
      constant: at(nodes.constant),
      perInput: nodes.perInput.map(at),
      gains: nodes.gains.map(at),
      spikeState: nodes.spikeState,
      threshold: at([nodes.threshold])[0]!,
      isStrict: nodes.isStrict,
      resets: nodes.resets.map(({ keep, value }) => ({ keep, value: at([value])[0]! })),
      held,
    };
  };
}

function readNodes(model: CheckedModel): ClosedFormNodes {
  const { graph: g, states, inputs, ports } = model;
  if (model.noises.length > 0) throw unfit(model, `the noise ${model.noises[0]} is an event of every step`);
  const slope = (of: Node, leaf: Node, what: string): Node => {
    const node = differentiate(g, of, leaf);
    if (!node || !isInvariant(node)) throw unfit(model, `${what} is not linear in ${leaf.name}`);
    return node;
  };
  const matrix = states.flatMap((row) => states.map((column) => slope(row.derivative, column.leaf, `d${row.name}/dt`)));
  const perInput = inputs.map(({ leaf }) => states.map((row) => slope(row.derivative, leaf, `d${row.name}/dt`)));
  const gains = ports.map(() => states.map((): Node => g.constant(0)));
  for (const { state, value } of model.arrivals) {
    const i = states.findIndex(({ name }) => name === state);
    states.forEach(({ leaf }, j) => {
      const own = slope(value, leaf, `the jump of ${state} at an arrival`);
      if (own !== g.constant(i === j ? 1 : 0)) throw unfit(model, `an arrival does more to ${state} than add to it`);
    });
    ports.forEach(({ leaf }, p) => {
      gains[p]![i] = g.add(gains[p]![i]!, slope(value, leaf, `the jump of ${state} at an arrival`));
    });
  }
  return {
    matrix,
    constant: states.map(({ derivative }) => derivative),
    perInput,
    gains,
    ...readSpike(model),
    ...readResets(model),
  };
}

function readSpike(model: CheckedModel): Pick<ClosedFormNodes, "spikeState" | "threshold" | "isStrict"> {
  const { spike, states } = model;
  const [threshold, state] = spike.args as [Node, Node];
  const spikeState = states.findIndex(({ leaf }) => leaf === state);
  if ((spike.op !== "lt" && spike.op !== "le") || spikeState < 0 || !isInvariant(threshold)) {
    throw unfit(model, "its spike condition is not that one state exceeds a constant threshold");
  }
  return { spikeState, threshold, isStrict: spike.op === "lt" };
}

function readResets(model: CheckedModel): Pick<ClosedFormNodes, "resets"> {
  const { graph: g, states } = model;
  if (model.reset.length === 0) throw unfit(model, "it has no reset");
  const resets = states.map((): { keep: 0 | 1; value: Node } => ({ keep: 1, value: g.constant(0) }));
  for (const { state, value } of model.reset) {
    const i = states.findIndex(({ name }) => name === state);
    const reads = topologicalOrder([value]).filter(({ op }) => op === "state" || op === "input");
    const own = states[i]!.leaf;
    const keeps = reads.length === 1 && reads[0] === own && differentiate(g, value, own) === g.constant(1);
    if (reads.length > 0 && !keeps)
      throw unfit(model, `the reset of ${state} is neither a constant nor a constant jump`);
    resets[i] = keeps ? { keep: resets[i]!.keep, value: g.add(resets[i]!.value, value) } : { keep: 0, value };
  }
  return { resets };
}

function unfit(model: CheckedModel, why: string): WbeError {
  return new WbeError("MODEL_INVALID", `cannot go from event to event: ${why}`, {
    where: `model "${model.id}", method event-driven`,
    remedy: "Leave its method out, or use another one.",
  });
}
