/**
 * Weight changes and traces of a plastic projection → its kernel, a scalar one: what to compute is decided in
 * plasticity.ts, here it is put into loops over spikes, rows and histories.
 *
 * Times of a synapse are presynaptic stamps: a postsynaptic stamp p is p − shift there.
 *
 * @module
 */
import { PlasticFunctions, type PlasticKernelParts, type TraceNodes } from "./plastic-functions.js";
import { tableSteps } from "./plastic-layout.js";
import { PlasticReplay } from "./plastic-replay.js";

/** @returns the kernel as WebAssembly text: prepare, post, modulator, pre and flush. */
export function emitPlasticity(parts: PlasticKernelParts): string {
  const f = new PlasticFunctions(parts);
  return [
    '(module\n(import "env" "memory" (memory 1))',
    emitDecays(f),
    emitPrepare(f),
    emitPost(f),
    emitModulator(f),
    emitPre(f),
    `${emitFlush(f)})\n`,
  ].join("\n");
}

/** Decays over more steps than the tables hold. */
function emitDecays(f: PlasticFunctions): string {
  return f.traces
    .map((_, k) => f.func(`$decay${k}`, "(param $elapsed f64) (param $slots i32) (result f64)", f.longDecay(k)))
    .join("\n");
}

/** prepare(desc): fills the tables. */
function emitPrepare(f: PlasticFunctions): string {
  const body = [
    ...f.words("slots", "tables"),
    `(local.set ${f.local("n", "i32")} (i32.const 0))`,
    "(loop $fill",
    ...f.traces.map(
      (_, k) =>
        `(f64.store offset=${8 * tableSteps * k} ${f.at("tables", "(local.get $n)", 3)} (call $decay${k} (f64.convert_i32_u (local.get $n)) (local.get $slots)))`,
    ),
    "(local.set $n (i32.add (local.get $n) (i32.const 1)))",
    `(br_if $fill (i32.lt_u (local.get $n) (i32.const ${tableSteps}))))`,
  ];
  return f.exported("prepare", ["desc"], body);
}

/** Opens the loop over spikes: $step and $i of spike $k. */
function openSpikes(f: PlasticFunctions, step: string, neuron: string): string[] {
  return [
    `(local.set ${f.local("k", "i32")} (i32.const 0))`,
    "(block $end (loop $spikes_",
    "(br_if $end (i32.ge_u (local.get $k) (local.get $count)))",
    `(local.set ${f.local(step, "i32")} (i32.load ${f.at("spikes", "(local.get $k)", 3)}))`,
    `(local.set ${f.local(neuron, "i32")} (i32.load offset=4 ${f.at("spikes", "(local.get $k)", 3)}))`,
  ];
}

const closeSpikes = ["(local.set $k (i32.add (local.get $k) (i32.const 1)))", "(br $spikes_)))"];

/** Traces just after a spike at $step, from the entry at address $before, into the entry at address $entry. */
function appendEntry(f: PlasticFunctions, side: readonly TraceNodes[], firstTrace: number): string[] {
  const leaves = new Map(side.map(({ name }, t) => [name, `$y${t}`]));
  return [
    `(local.set ${f.local("elapsed", "i32")} (i32.sub (local.get $step) (i32.load (local.get $before))))`,
    ...side.map(
      (_, t) =>
        `(local.set ${f.local(`y${t}`, "f64")} (f64.mul (f64.load offset=${8 + 8 * t} (local.get $before)) ${f.decay(firstTrace + t, "(local.get $elapsed)")}))`,
    ),
    ...side.flatMap(({ jump }, t) => f.compute(jump, `jump${t}`, leaves)),
    "(i32.store (local.get $entry) (local.get $step))",
    ...side.map((_, t) => `(f64.store offset=${8 + 8 * t} (local.get $entry) (local.get $jump${t}))`),
  ];
}

/** post(desc, spikes, count): appends postsynaptic spikes (step, target) to the history. */
function emitPost(f: PlasticFunctions): string {
  const body = [
    ...f.words("slots", "tables", "historyCount", "history", "capacityMask"),
    ...openSpikes(f, "step", "i"),
    `(local.set ${f.local("n", "i32")} (i32.load ${f.at("historyCount", "(local.get $i)", 2)}))`,
    f.setHistoryRow(),
    `(local.set ${f.local("before", "i32")} ${f.entry("(i32.sub (local.get $n) (i32.const 1))")})`,
    `(local.set ${f.local("entry", "i32")} ${f.entry("(local.get $n)")})`,
    ...appendEntry(f, f.parts.post, f.parts.pre.length),
    `(i32.store ${f.at("historyCount", "(local.get $i)", 2)} (i32.add (local.get $n) (i32.const 1)))`,
    ...closeSpikes,
  ];
  return f.exported("post", ["desc", "spikes", "count"], body);
}

/** modulator(desc, spikes, count): appends spikes (step, any) of the modulating population; those of one step share an entry. */
function emitModulator(f: PlasticFunctions): string {
  const body = [
    ...f.words("slots", "tables", "modulatorCount", "modulatorHistory"),
    ...openSpikes(f, "step", "i"),
    `(local.set ${f.local("before", "i32")} ${f.modulatorEntry("(i32.sub (local.get $modulatorCount) (i32.const 1))")})`,
    `(local.set ${f.local("entry", "i32")} (local.get $before))`,
    "(if (i32.ne (i32.load (local.get $before)) (local.get $step)) (then",
    `(local.set $entry ${f.modulatorEntry("(local.get $modulatorCount)")})`,
    "(local.set $modulatorCount (i32.add (local.get $modulatorCount) (i32.const 1)))))",
    ...appendEntry(f, f.parts.modulator, f.parts.pre.length + f.parts.post.length),
    ...closeSpikes,
    f.storeWord("modulatorCount", "(local.get $modulatorCount)"),
  ];
  return f.exported("modulator", ["desc", "spikes", "count"], body);
}

/** pre(desc, spikes, count): presynaptic spikes (step, source) reach their synapses and are delivered. */
function emitPre(f: PlasticFunctions): string {
  const { pre, post, weight, arrival, synapse } = f.parts;
  const replay = new PlasticReplay(f);
  const leaves = replay.leaves();
  pre.forEach(({ name }, t) => {
    leaves.set(name, `$xPre${t}`);
  });
  const roots = [weight.onPre, arrival, ...synapse.map(({ onPre }) => onPre)];
  const sent = arrival === weight.onPre ? "$afterPre" : "$arriving";
  const vector = "(i32.mul (i32.shr_u (local.get $i) (local.get $vectorShift)) (local.get $vectorStride))";
  const lane = "(i32.and (local.get $i) (local.get $laneMask))";
  const slot =
    "(i32.mul (i32.and (i32.add (local.get $upTo) (local.get $delay)) (local.get $ringMask)) (local.get $slotStride))";
  const setSlot = `(local.set ${f.local("slotAt", "i32")} ${f.at("ring", slot, 2)})`;
  const body = [
    ...f.allWords(),
    ...f.setOneDelay(),
    ...openSpikes(f, "upTo", "j"),
    ...replay.openSource(),
    ...(f.parts.hasOneDelay ? [setSlot] : []),
    `(local.set ${f.local("sinceLast", "i32")} (i32.sub (local.get $upTo) (local.get $last)))`,
    ...pre.map(
      (_, t) =>
        `(local.set ${f.local(`xPre${t}`, "f64")} (f64.mul (local.get $x${t}) ${f.decay(t, "(local.get $sinceLast)")}))`,
    ),
    ...replay.openRow(),
    ...replay.events(),
    ...(f.hasSynapse ? replay.flowTo("(local.get $upTo)", "last_") : []),
    // Postsynaptic traces as the presynaptic spike finds them: after the last spike strictly before it.
    `(local.set ${f.local("before", "i32")} ${f.entry("(i32.sub (local.get $m) (i32.const 1))")})`,
    "(if (i32.eq (i32.load (local.get $before)) (local.get $high)) (then",
    `(local.set $before ${f.entry("(i32.sub (local.get $m) (i32.const 2))")})))`,
    ...f.bindEntry(post, pre.length, roots, "$before", "(local.get $high)", "y", leaves),
    ...replay.bindModulator(roots, "(local.get $upTo)", "dPre", leaves),
    ...f.compute(weight.onPre, "afterPre", leaves),
    ...(arrival === weight.onPre ? [] : f.compute(arrival, "arriving", leaves)),
    ...synapse.flatMap(({ onPre }, t) => f.compute(onPre, `sPre${t}`, leaves)),
    "(local.set $weight (local.get $afterPre))",
    ...synapse.map((_, t) => `(local.set $s${t} (local.get $sPre${t}))`),
    ...replay.store(),
    ...(f.parts.hasOneDelay ? [] : [setSlot]),
    `(local.set ${f.local("place", "i32")} ${f.at("slotAt", `(i32.add ${vector} ${lane})`, 2)})`,
    `(f32.store (local.get $place) (f32.add (f32.load (local.get $place)) (f32.demote_f64 (local.get ${sent}))))`,
    ...replay.closeRow(),
    ...pre.flatMap(({ jump }, t) => f.compute(jump, `xJump${t}`, leaves)),
    ...pre.map((_, t) => `(f64.store ${f.preTraceAt(t)} (local.get $xJump${t}))`),
    `(i32.store ${f.at("lastPre", "(local.get $j)", 2)} (local.get $upTo))`,
    `(i32.store ${f.at("done", "(local.get $j)", 2)} (local.get $upTo))`,
    ...closeSpikes,
  ];
  return f.exported("pre", ["desc", "spikes", "count"], body);
}

/** flush(desc, upTo): replays the events of all synapses up to presynaptic stamp `upTo`, and shows the weights of then. */
function emitFlush(f: PlasticFunctions): string {
  const replay = new PlasticReplay(f);
  const body = [
    ...f.allWords(),
    ...f.setOneDelay(),
    `(local.set ${f.local("j", "i32")} (i32.const 0))`,
    "(block $end (loop $sources_",
    "(br_if $end (i32.ge_u (local.get $j) (local.get $sources)))",
    ...replay.openSource(),
    "(if (i32.gt_s (local.get $upTo) (local.get $from)) (then",
    ...replay.openRow(),
    ...replay.events(),
    ...replay.store(),
    ...(f.movesWeight ? replay.show() : []),
    ...replay.closeRow(),
    `(i32.store ${f.at("done", "(local.get $j)", 2)} (local.get $upTo))))`,
    "(local.set $j (i32.add (local.get $j) (i32.const 1)))",
    "(br $sources_)))",
    ...(f.movesWeight ? [f.storeWord("shownAt", "(local.get $upTo)")] : []),
  ];
  return f.exported("flush", ["desc", "upTo"], body);
}
