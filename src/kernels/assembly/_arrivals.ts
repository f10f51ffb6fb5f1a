/**
 * Arrivals at times between steps: for each neuron and slot of the ring a list in the order of their fractions, ports and
 * weights, so that sums do not depend on who came first into the list. The descriptor stands above event-driven.ts.
 */
import { element, word } from "./_linear-neuron";

@unmanaged
export class Arrival {
  /** Next arrival + 1, 0 at the end. */
  next: u32;
  port: u32;
  /** Of its step, from 0 to 1. */
  fraction: f64;
  weight: f32;
}

const arrivalBytes: u32 = 24;

// @ts-ignore: decorator
@inline
export function arrivalOf(d: usize, link: u32): Arrival {
  return changetype<Arrival>(<usize>word(d, 26) + <usize>(link - 1) * arrivalBytes);
}

// @ts-ignore: decorator
@inline
function headOf(d: usize, i: u32, slot: u32): usize {
  return <usize>word(d, 25) + (<usize>(i * (word(d, 4) + 1) + slot) << 2);
}

/** Link to the first arrival of neuron i in a slot; 0 for none. */
// @ts-ignore: decorator
@inline
export function arrivalsAt(d: usize, i: u32, slot: u32): u32 {
  return word(d, 25) ? load<u32>(headOf(d, i, slot)) : 0;
}

/** Takes the arrivals of a slot off the neuron. The caller gives each back (giveBack). */
// @ts-ignore: decorator
@inline
export function takeArrivals(d: usize, i: u32, slot: u32): u32 {
  const head = headOf(d, i, slot);
  const link = load<u32>(head);
  store<u32>(head, 0);
  return link;
}

/** Frees an arrival; returns the link to the next. */
// @ts-ignore: decorator
@inline
export function giveBack(d: usize, link: u32): u32 {
  const arrival = arrivalOf(d, link);
  const next = arrival.next;
  arrival.next = word(d, 27);
  store<u32>(d, link, 108);
  return next;
}

/** Adds an arrival at a fraction of the step whose slot it is, and keeps the neuron awake over that step. */
export function insert(d: usize, i: u32, step: u32, port: u32, fraction: f64, weight: f32): void {
  const link = word(d, 27);
  if (link == 0) {
    store<u32>(d, 1, 112);
    return;
  }
  const slot = step & word(d, 4);
  const own = arrivalOf(d, link);
  store<u32>(d, own.next, 108);
  own.port = port;
  own.fraction = fraction;
  own.weight = weight;
  let place = headOf(d, i, slot);
  while (load<u32>(place)) {
    const other = arrivalOf(d, load<u32>(place));
    if (fraction < other.fraction) break;
    if (fraction == other.fraction && (port < other.port || (port == other.port && weight <= other.weight))) break;
    place = changetype<usize>(other); // its link comes first
  }
  own.next = load<u32>(place);
  store<u32>(place, link);
  const awake = <usize>word(d, 6) + (<usize>i << 2);
  if (load<u32>(awake) <= step) store<u32>(awake, step + 1);
  const noted = <usize>load<u32>(<usize>word(d, 6) - 4);
  if (noted) store<u32>(noted + (<usize>i << 2), load<u32>(noted + (<usize>i << 2)) | (1 << slot));
}

/** Makes all lists empty and all `count` arrivals free. */
export function clearArrivals(d: usize, count: u32): void {
  memory.fill(<usize>word(d, 25), 0, <usize>(word(d, 0) * (word(d, 4) + 1)) << 2);
  for (let link: u32 = 1; link <= count; link++) arrivalOf(d, link).next = link < count ? link + 1 : 0;
  store<u32>(d, count ? 1 : 0, 108);
}

/** A neuron that has been removed: what arrives in the steps whose bits are set is forgotten. */
export function dropArrivals(d: usize, i: u32, bits: u32, first: u32): void {
  const ports = word(d, 2), mask = word(d, 4);
  for (; bits; bits &= bits - 1) {
    const slot = (first + ctz(bits)) & mask;
    const at = <usize>(word(d, 3) + (((i * (mask + 1) + slot) * ports) << 2));
    memory.fill(at, 0, <usize>ports << 2);
    if (word(d, 25) == 0) continue;
    let link = takeArrivals(d, i, slot);
    while (link) link = giveBack(d, link);
  }
}

// @ts-ignore: decorator
@inline
function deliverAs<T>(
  d: usize, spikes: usize, fractions: usize, count: u32, offsets: usize, targets: usize,
  weights: usize, weight: f32, delays: usize, delay: u32, port: u32,
): void {
  for (let k: u32 = 0; k < count; k++) {
    const step = load<u32>(spikes + (<usize>k << 3));
    const source = <usize>load<u32>(spikes + (<usize>k << 3), 4) << 2;
    const fraction = load<f64>(element(<u32>fractions, k));
    const end = load<u32>(offsets + source, 4);
    for (let e = load<u32>(offsets + source); e < end; e++) {
      // A spike is stamped with the end of the step that it falls into.
      const due = step - 1 + (delays ? <u32>load<u16>(delays + (<usize>e << 1)) : delay);
      const w = weights ? load<f32>(weights + (<usize>e << 2)) : weight;
      insert(d, <u32>load<T>(targets + <usize>e * sizeof<T>()), due, port, fraction, w);
    }
  }
}

/**
 * Delivers spikes to the neurons of descriptor `d` at their own fractions of a step. `weights` f32 or 0 for one `weight`;
 * `delays` u16 or 0 for one `delay`; targets u32, u16 where the name ends in Short.
 */
export function deliverExactly(
  d: usize, spikes: usize, fractions: usize, count: u32, offsets: usize, targets: usize,
  weights: usize, weight: f32, delays: usize, delay: u32, port: u32,
): void {
  deliverAs<u32>(d, spikes, fractions, count, offsets, targets, weights, weight, delays, delay, port);
}

export function deliverExactlyShort(
  d: usize, spikes: usize, fractions: usize, count: u32, offsets: usize, targets: usize,
  weights: usize, weight: f32, delays: usize, delay: u32, port: u32,
): void {
  deliverAs<u16>(d, spikes, fractions, count, offsets, targets, weights, weight, delays, delay, port);
}
