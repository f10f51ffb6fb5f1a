/**
 * Cable equation on trees of compartments: implicit steps of groups of cells of one topology, by Hines elimination.
 *
 * A group holds `lanes` cells (1 or 2) interleaved: element (node, lane) of a column stands at node·lanes + lane. Every
 * column is f64, 16-byte aligned, padded to an even number of elements. Nodes stand behind their parents.
 *
 * One step with duration h (dt, or dt/2 for Crank–Nicolson) solves, for each node,
 *   (C/h + leak + Σ axial + area·g + points)·x − Σ axial·x_neighbour = C/h·V + leak·E + area·(g·V − i) + points
 * and sets V to x, or to 2x − V (Crank–Nicolson). Then the membrane function, if any, advances the gates with the new V
 * and writes i and g of the next step.
 *
 * The descriptor of a group, words of 32 bits (addresses are bytes):
 *   0 nodes  1 lanes  2 parent u32[nodes]  3 V  4 diagonal (scratch)  5 right side (scratch)  6 axial to the parent
 *   7 constant part of the diagonal  8 C/h  9 leak·E  10 area (of the membrane columns)  11 i  12 g
 *   13 has a membrane function  14 is Crank–Nicolson  15 points  16 number of points  17 recorded elements u32[]
 *   18 number of them  19 record f64[sample][recorded]  20 steps between samples  21 the membrane function's own
 *   22 first node of the second half
 *   23 descriptor of the kernel that holds the synapses on the group's cells (compiler/layout.ts), 0 where there are none
 *   24 synapses and inputs u32[][4]  25 number of them  26 sites u32[][2]  27 number of them  28 which site detects spikes
 *   29 f64 threshold  30 u32 end of the list of spikes  31 number of the first cell
 * A synapse is 16 bytes: element of lane 0, addresses of its f64 current and slope dI/dV for each lane (slope 0: an input
 * current), 0. A site is 8 bytes: element of lane 0, address of the f64 copies of its potential. A spike (step, cell) is an
 * upward crossing of the threshold between two of these copies.
 * A point is 40 bytes: element u32, first step u32, end step u32, 0, then f64 current, conductance, potential: in steps
 * [first, end) it adds current + conductance·potential to the right side and conductance to the diagonal.
 */

/** Advances gates to the current V and writes i and g; `group` is the descriptor's address. */
@external("env", "membrane")
declare function membrane(group: u32): void;

/** Brings the synapses of a descriptor over these steps; returns a number of spikes, of which there are none. */
@external("env", "synapses")
declare function synapses(descriptor: u32, step: u32, steps: u32): u32;

// @ts-ignore: decorator
@inline
function word(group: usize, index: usize): usize {
  return <usize>load<u32>(group + (index << 2));
}

/** Steps [step, step + steps). Samples are taken after steps whose number + 1 is a multiple of the interval. */
export function advance(group: usize, step: u32, steps: u32): void {
  const lanes = word(group, 1);
  const hasMembrane = word(group, 13) != 0;
  const interval = <u32>word(group, 20);
  const receivers = word(group, 23);
  let out = word(group, 19);
  for (let k: u32 = 0; k < steps; k++) {
    if (receivers) synapses(<u32>receivers, step + k, 1);
    assemble(group, hasMembrane);
    addPoints(group, step + k);
    if (receivers) addSynapses(group);
    if (lanes == 2) solvePairs(group);
    else solveSingle(group);
    if (hasMembrane) membrane(<u32>group);
    if (receivers) readSites(group, step + k + 1);
    if (interval != 0 && (step + k + 1) % interval == 0) out = sample(group, out);
  }
}

function assemble(group: usize, hasMembrane: bool): void {
  const bytes = ((word(group, 0) * word(group, 1) + 1) & ~1) << 3;
  const V = word(group, 3);
  const d = word(group, 4);
  const r = word(group, 5);
  const constant = word(group, 7);
  const ch = word(group, 8);
  const leak = word(group, 9);
  if (!hasMembrane) {
    memory.copy(d, constant, bytes);
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(r + at, f64x2.add(f64x2.mul(v128.load(ch + at), v128.load(V + at)), v128.load(leak + at)));
    }
    return;
  }
  const area = word(group, 10);
  const current = word(group, 11);
  const conductance = word(group, 12);
  for (let at: usize = 0; at < bytes; at += 16) {
    const v = v128.load(V + at);
    const a = v128.load(area + at);
    const g = v128.load(conductance + at);
    v128.store(d + at, f64x2.add(v128.load(constant + at), f64x2.mul(a, g)));
    const base = f64x2.add(f64x2.mul(v128.load(ch + at), v), v128.load(leak + at));
    const membraneTerm = f64x2.mul(a, f64x2.sub(f64x2.mul(g, v), v128.load(current + at)));
    v128.store(r + at, f64x2.add(base, membraneTerm));
  }
}

function addPoints(group: usize, step: u32): void {
  let at = word(group, 15);
  const end = at + word(group, 16) * 40;
  const d = word(group, 4);
  const r = word(group, 5);
  for (; at < end; at += 40) {
    if (step < load<u32>(at, 4) || step >= load<u32>(at, 8)) continue;
    const element = <usize>load<u32>(at) << 3;
    const g = load<f64>(at, 24);
    store<f64>(r + element, load<f64>(r + element) + (load<f64>(at, 16) + g * load<f64>(at, 32)));
    store<f64>(d + element, load<f64>(d + element) + g);
  }
}

function addSynapses(group: usize): void {
  const bytes = word(group, 1) << 3;
  const V = word(group, 3);
  const d = word(group, 4);
  const r = word(group, 5);
  let at = word(group, 24);
  const end = at + (word(group, 25) << 4);
  for (; at < end; at += 16) {
    const element = <usize>load<u32>(at) << 3;
    const currents = <usize>load<u32>(at, 4);
    const slopes = <usize>load<u32>(at, 8);
    for (let lane: usize = 0; lane < bytes; lane += 8) {
      const e = element + lane;
      const current = load<f64>(currents + lane);
      if (slopes == 0) {
        store<f64>(r + e, load<f64>(r + e) + current);
        continue;
      }
      const slope = load<f64>(slopes + lane);
      store<f64>(r + e, load<f64>(r + e) + (current - slope * load<f64>(V + e)));
      store<f64>(d + e, load<f64>(d + e) - slope);
    }
  }
}

/** Copies the potentials of the sites, and notes which cells crossed the threshold since the last copy. */
function readSites(group: usize, stamp: u32): void {
  const lanes = word(group, 1);
  const V = word(group, 3);
  const sites = word(group, 26);
  const detector = sites + (word(group, 28) << 3);
  const threshold = load<f64>(word(group, 29));
  const before = <usize>load<u32>(detector, 4);
  const now = V + (<usize>load<u32>(detector) << 3);
  for (let lane: usize = 0; lane < lanes; lane++) {
    const offset = lane << 3;
    if (!(load<f64>(before + offset) <= threshold && load<f64>(now + offset) > threshold)) continue;
    const end = word(group, 30);
    const out = <usize>load<u32>(end);
    store<u32>(out, stamp);
    store<u32>(out, <u32>(word(group, 31) + lane), 4);
    store<u32>(end, <u32>(out + 8));
  }
  const endOfSites = sites + (word(group, 27) << 3);
  for (let at = sites; at < endOfSites; at += 8) {
    const from = V + (<usize>load<u32>(at) << 3);
    const to = <usize>load<u32>(at, 4);
    for (let offset: usize = 0; offset < lanes << 3; offset += 8) store<f64>(to + offset, load<f64>(from + offset));
  }
}

/**
 * Towards the root: factor = axial/d, d_parent −= factor·axial, r_parent += factor·r; d keeps the factor, r keeps r/d.
 * Then outwards: x = r/d + factor·x_parent. In a chain the parent's values stay in registers.
 *
 * Nodes 1 … split − 1 and split … n − 1 depend on one another only through node 0: one of each is taken by turns, so that
 * the processor divides for one while it waits for the other.
 */
function solveSingle(group: usize): void {
  const n = word(group, 0);
  const parents = word(group, 2);
  const V = word(group, 3);
  const d = word(group, 4);
  const r = word(group, 5);
  const axial = word(group, 6);
  const split = word(group, 22);
  const beyond: f64 = word(group, 14) ? 1 : 0;
  let i = split - 1;
  let j = n - 1;
  let atA = i << 3;
  let atB = j << 3;
  let dA = load<f64>(d + atA);
  let rA = load<f64>(r + atA);
  let dB = load<f64>(d + atB);
  let rB = load<f64>(r + atB);
  while (i > 0 && j >= split) {
    const aA = load<f64>(axial + atA);
    const inverseA = 1 / dA;
    const factorA = aA * inverseA;
    store<f64>(d + atA, factorA);
    store<f64>(r + atA, rA * inverseA);
    const pA = <usize>load<u32>(parents + (i << 2));
    const upA = pA << 3;
    const dUpA = load<f64>(d + upA) - factorA * aA;
    const rUpA = load<f64>(r + upA) + factorA * rA;
    atA -= 8;
    i--;
    if (pA == i && pA != 0) {
      dA = dUpA;
      rA = rUpA;
    } else {
      store<f64>(d + upA, dUpA);
      store<f64>(r + upA, rUpA);
      dA = load<f64>(d + atA);
      rA = load<f64>(r + atA);
    }
    const aB = load<f64>(axial + atB);
    const inverseB = 1 / dB;
    const factorB = aB * inverseB;
    store<f64>(d + atB, factorB);
    store<f64>(r + atB, rB * inverseB);
    const pB = <usize>load<u32>(parents + (j << 2));
    const upB = pB << 3;
    const dUpB = load<f64>(d + upB) - factorB * aB;
    const rUpB = load<f64>(r + upB) + factorB * rB;
    atB -= 8;
    j--;
    if (pB == j && pB != 0) {
      dB = dUpB;
      rB = rUpB;
    } else {
      store<f64>(d + upB, dUpB);
      store<f64>(r + upB, rUpB);
      dB = load<f64>(d + atB);
      rB = load<f64>(r + atB);
    }
  }
  while (i > 0) {
    const aA = load<f64>(axial + atA);
    const inverseA = 1 / dA;
    const factorA = aA * inverseA;
    store<f64>(d + atA, factorA);
    store<f64>(r + atA, rA * inverseA);
    const pA = <usize>load<u32>(parents + (i << 2));
    const upA = pA << 3;
    const dUpA = load<f64>(d + upA) - factorA * aA;
    const rUpA = load<f64>(r + upA) + factorA * rA;
    atA -= 8;
    i--;
    if (pA == i && pA != 0) {
      dA = dUpA;
      rA = rUpA;
    } else {
      store<f64>(d + upA, dUpA);
      store<f64>(r + upA, rUpA);
      dA = load<f64>(d + atA);
      rA = load<f64>(r + atA);
    }
  }
  while (j >= split) {
    const aB = load<f64>(axial + atB);
    const inverseB = 1 / dB;
    const factorB = aB * inverseB;
    store<f64>(d + atB, factorB);
    store<f64>(r + atB, rB * inverseB);
    const pB = <usize>load<u32>(parents + (j << 2));
    const upB = pB << 3;
    const dUpB = load<f64>(d + upB) - factorB * aB;
    const rUpB = load<f64>(r + upB) + factorB * rB;
    atB -= 8;
    j--;
    if (pB == j && pB != 0) {
      dB = dUpB;
      rB = rUpB;
    } else {
      store<f64>(d + upB, dUpB);
      store<f64>(r + upB, rUpB);
      dB = load<f64>(d + atB);
      rB = load<f64>(r + atB);
    }
  }
  const root = load<f64>(r) * (1 / load<f64>(d));
  store<f64>(r, root);
  store<f64>(V, root + beyond * (root - load<f64>(V)));
  let xA = root;
  let xB = root;
  i = 1;
  j = split;
  while (i < split && j < n) {
    const qA = <usize>load<u32>(parents + (i << 2));
    if (qA != i - 1) xA = load<f64>(r + (qA << 3));
    const hereA = i << 3;
    xA = load<f64>(r + hereA) + load<f64>(d + hereA) * xA;
    store<f64>(r + hereA, xA);
    store<f64>(V + hereA, xA + beyond * (xA - load<f64>(V + hereA)));
    i++;
    const qB = <usize>load<u32>(parents + (j << 2));
    if (qB != j - 1) xB = load<f64>(r + (qB << 3));
    const hereB = j << 3;
    xB = load<f64>(r + hereB) + load<f64>(d + hereB) * xB;
    store<f64>(r + hereB, xB);
    store<f64>(V + hereB, xB + beyond * (xB - load<f64>(V + hereB)));
    j++;
  }
  while (i < split) {
    const qA = <usize>load<u32>(parents + (i << 2));
    if (qA != i - 1) xA = load<f64>(r + (qA << 3));
    const hereA = i << 3;
    xA = load<f64>(r + hereA) + load<f64>(d + hereA) * xA;
    store<f64>(r + hereA, xA);
    store<f64>(V + hereA, xA + beyond * (xA - load<f64>(V + hereA)));
    i++;
  }
  while (j < n) {
    const qB = <usize>load<u32>(parents + (j << 2));
    if (qB != j - 1) xB = load<f64>(r + (qB << 3));
    const hereB = j << 3;
    xB = load<f64>(r + hereB) + load<f64>(d + hereB) * xB;
    store<f64>(r + hereB, xB);
    store<f64>(V + hereB, xB + beyond * (xB - load<f64>(V + hereB)));
    j++;
  }
}

/** The same for two cells at once. */
function solvePairs(group: usize): void {
  const n = word(group, 0);
  const parents = word(group, 2);
  const V = word(group, 3);
  const d = word(group, 4);
  const r = word(group, 5);
  const axial = word(group, 6);
  const split = word(group, 22);
  const beyond = f64x2.splat(word(group, 14) ? 1 : 0);
  const one = f64x2.splat(1);
  let i = split - 1;
  let j = n - 1;
  let atA = i << 4;
  let atB = j << 4;
  let dA = v128.load(d + atA);
  let rA = v128.load(r + atA);
  let dB = v128.load(d + atB);
  let rB = v128.load(r + atB);
  while (i > 0 && j >= split) {
    const aA = v128.load(axial + atA);
    const inverseA = f64x2.div(one, dA);
    const factorA = f64x2.mul(aA, inverseA);
    v128.store(d + atA, factorA);
    v128.store(r + atA, f64x2.mul(rA, inverseA));
    const pA = <usize>load<u32>(parents + (i << 2));
    const upA = pA << 4;
    const dUpA = f64x2.sub(v128.load(d + upA), f64x2.mul(factorA, aA));
    const rUpA = f64x2.add(v128.load(r + upA), f64x2.mul(factorA, rA));
    atA -= 16;
    i--;
    if (pA == i && pA != 0) {
      dA = dUpA;
      rA = rUpA;
    } else {
      v128.store(d + upA, dUpA);
      v128.store(r + upA, rUpA);
      dA = v128.load(d + atA);
      rA = v128.load(r + atA);
    }
    const aB = v128.load(axial + atB);
    const inverseB = f64x2.div(one, dB);
    const factorB = f64x2.mul(aB, inverseB);
    v128.store(d + atB, factorB);
    v128.store(r + atB, f64x2.mul(rB, inverseB));
    const pB = <usize>load<u32>(parents + (j << 2));
    const upB = pB << 4;
    const dUpB = f64x2.sub(v128.load(d + upB), f64x2.mul(factorB, aB));
    const rUpB = f64x2.add(v128.load(r + upB), f64x2.mul(factorB, rB));
    atB -= 16;
    j--;
    if (pB == j && pB != 0) {
      dB = dUpB;
      rB = rUpB;
    } else {
      v128.store(d + upB, dUpB);
      v128.store(r + upB, rUpB);
      dB = v128.load(d + atB);
      rB = v128.load(r + atB);
    }
  }
  while (i > 0) {
    const aA = v128.load(axial + atA);
    const inverseA = f64x2.div(one, dA);
    const factorA = f64x2.mul(aA, inverseA);
    v128.store(d + atA, factorA);
    v128.store(r + atA, f64x2.mul(rA, inverseA));
    const pA = <usize>load<u32>(parents + (i << 2));
    const upA = pA << 4;
    const dUpA = f64x2.sub(v128.load(d + upA), f64x2.mul(factorA, aA));
    const rUpA = f64x2.add(v128.load(r + upA), f64x2.mul(factorA, rA));
    atA -= 16;
    i--;
    if (pA == i && pA != 0) {
      dA = dUpA;
      rA = rUpA;
    } else {
      v128.store(d + upA, dUpA);
      v128.store(r + upA, rUpA);
      dA = v128.load(d + atA);
      rA = v128.load(r + atA);
    }
  }
  while (j >= split) {
    const aB = v128.load(axial + atB);
    const inverseB = f64x2.div(one, dB);
    const factorB = f64x2.mul(aB, inverseB);
    v128.store(d + atB, factorB);
    v128.store(r + atB, f64x2.mul(rB, inverseB));
    const pB = <usize>load<u32>(parents + (j << 2));
    const upB = pB << 4;
    const dUpB = f64x2.sub(v128.load(d + upB), f64x2.mul(factorB, aB));
    const rUpB = f64x2.add(v128.load(r + upB), f64x2.mul(factorB, rB));
    atB -= 16;
    j--;
    if (pB == j && pB != 0) {
      dB = dUpB;
      rB = rUpB;
    } else {
      v128.store(d + upB, dUpB);
      v128.store(r + upB, rUpB);
      dB = v128.load(d + atB);
      rB = v128.load(r + atB);
    }
  }
  const root = f64x2.mul(v128.load(r), f64x2.div(one, v128.load(d)));
  v128.store(r, root);
  v128.store(V, f64x2.add(root, f64x2.mul(beyond, f64x2.sub(root, v128.load(V)))));
  let xA = root;
  let xB = root;
  i = 1;
  j = split;
  while (i < split && j < n) {
    const qA = <usize>load<u32>(parents + (i << 2));
    if (qA != i - 1) xA = v128.load(r + (qA << 4));
    const hereA = i << 4;
    xA = f64x2.add(v128.load(r + hereA), f64x2.mul(v128.load(d + hereA), xA));
    v128.store(r + hereA, xA);
    v128.store(V + hereA, f64x2.add(xA, f64x2.mul(beyond, f64x2.sub(xA, v128.load(V + hereA)))));
    i++;
    const qB = <usize>load<u32>(parents + (j << 2));
    if (qB != j - 1) xB = v128.load(r + (qB << 4));
    const hereB = j << 4;
    xB = f64x2.add(v128.load(r + hereB), f64x2.mul(v128.load(d + hereB), xB));
    v128.store(r + hereB, xB);
    v128.store(V + hereB, f64x2.add(xB, f64x2.mul(beyond, f64x2.sub(xB, v128.load(V + hereB)))));
    j++;
  }
  while (i < split) {
    const qA = <usize>load<u32>(parents + (i << 2));
    if (qA != i - 1) xA = v128.load(r + (qA << 4));
    const hereA = i << 4;
    xA = f64x2.add(v128.load(r + hereA), f64x2.mul(v128.load(d + hereA), xA));
    v128.store(r + hereA, xA);
    v128.store(V + hereA, f64x2.add(xA, f64x2.mul(beyond, f64x2.sub(xA, v128.load(V + hereA)))));
    i++;
  }
  while (j < n) {
    const qB = <usize>load<u32>(parents + (j << 2));
    if (qB != j - 1) xB = v128.load(r + (qB << 4));
    const hereB = j << 4;
    xB = f64x2.add(v128.load(r + hereB), f64x2.mul(v128.load(d + hereB), xB));
    v128.store(r + hereB, xB);
    v128.store(V + hereB, f64x2.add(xB, f64x2.mul(beyond, f64x2.sub(xB, v128.load(V + hereB)))));
    j++;
  }
}

function sample(group: usize, out: usize): usize {
  const V = word(group, 3);
  let at = word(group, 17);
  const end = at + (word(group, 18) << 2);
  for (; at < end; at += 4, out += 8) store<f64>(out, load<f64>(V + (<usize>load<u32>(at) << 3)));
  return out;
}
