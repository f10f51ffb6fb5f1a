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
 * A point is 40 bytes: element u32, first step u32, end step u32, 0, then f64 current, conductance, potential: in steps
 * [first, end) it adds current + conductance·potential to the right side and conductance to the diagonal.
 */

/** Advances gates to the current V and writes i and g; `group` is the descriptor's address. */
@external("env", "membrane")
declare function membrane(group: u32): void;

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
  let out = word(group, 19);
  for (let k: u32 = 0; k < steps; k++) {
    assemble(group, hasMembrane);
    addPoints(group, step + k);
    if (lanes == 2) solvePairs(group);
    else solveSingle(group);
    if (hasMembrane) membrane(<u32>group);
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

/**
 * Towards the root: factor = axial/d, d_parent −= factor·axial, r_parent += factor·r; d keeps the factor, r keeps r/d.
 * Then outwards: x = r/d + factor·x_parent. In a chain the parent's values stay in registers.
 */
function solveSingle(group: usize): void {
  const n = word(group, 0);
  const parents = word(group, 2);
  const V = word(group, 3);
  const d = word(group, 4);
  const r = word(group, 5);
  const axial = word(group, 6);
  const beyond: f64 = word(group, 14) ? 1 : 0;
  let at = (n - 1) << 3;
  let dNow = load<f64>(d + at);
  let rNow = load<f64>(r + at);
  for (let i = n - 1; i > 0; i--) {
    const a = load<f64>(axial + at);
    const inverse = 1 / dNow;
    const factor = a * inverse;
    store<f64>(d + at, factor);
    store<f64>(r + at, rNow * inverse);
    const p = <usize>load<u32>(parents + (i << 2));
    const up = p << 3;
    const dUp = load<f64>(d + up) - factor * a;
    const rUp = load<f64>(r + up) + factor * rNow;
    at -= 8;
    if (p == i - 1) {
      dNow = dUp;
      rNow = rUp;
    } else {
      store<f64>(d + up, dUp);
      store<f64>(r + up, rUp);
      dNow = load<f64>(d + at);
      rNow = load<f64>(r + at);
    }
  }
  let x = rNow * (1 / dNow);
  store<f64>(r, x);
  store<f64>(V, x + beyond * (x - load<f64>(V)));
  for (let i: usize = 1; i < n; i++) {
    const p = <usize>load<u32>(parents + (i << 2));
    const here = i << 3;
    if (p != i - 1) x = load<f64>(r + (p << 3));
    x = load<f64>(r + here) + load<f64>(d + here) * x;
    store<f64>(r + here, x);
    store<f64>(V + here, x + beyond * (x - load<f64>(V + here)));
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
  const beyond = f64x2.splat(word(group, 14) ? 1 : 0);
  const one = f64x2.splat(1);
  let at = (n - 1) << 4;
  let dNow = v128.load(d + at);
  let rNow = v128.load(r + at);
  for (let i = n - 1; i > 0; i--) {
    const a = v128.load(axial + at);
    const inverse = f64x2.div(one, dNow);
    const factor = f64x2.mul(a, inverse);
    v128.store(d + at, factor);
    v128.store(r + at, f64x2.mul(rNow, inverse));
    const p = <usize>load<u32>(parents + (i << 2));
    const up = p << 4;
    const dUp = f64x2.sub(v128.load(d + up), f64x2.mul(factor, a));
    const rUp = f64x2.add(v128.load(r + up), f64x2.mul(factor, rNow));
    at -= 16;
    if (p == i - 1) {
      dNow = dUp;
      rNow = rUp;
    } else {
      v128.store(d + up, dUp);
      v128.store(r + up, rUp);
      dNow = v128.load(d + at);
      rNow = v128.load(r + at);
    }
  }
  let x = f64x2.mul(rNow, f64x2.div(one, dNow));
  v128.store(r, x);
  let v = v128.load(V);
  v128.store(V, f64x2.add(x, f64x2.mul(beyond, f64x2.sub(x, v))));
  for (let i: usize = 1; i < n; i++) {
    const p = <usize>load<u32>(parents + (i << 2));
    const here = i << 4;
    if (p != i - 1) x = v128.load(r + (p << 4));
    x = f64x2.add(v128.load(r + here), f64x2.mul(v128.load(d + here), x));
    v128.store(r + here, x);
    v = v128.load(V + here);
    v128.store(V + here, f64x2.add(x, f64x2.mul(beyond, f64x2.sub(x, v))));
  }
}

function sample(group: usize, out: usize): usize {
  const V = word(group, 3);
  let at = word(group, 17);
  const end = at + (word(group, 18) << 2);
  for (; at < end; at += 4, out += 8) store<f64>(out, load<f64>(V + (<usize>load<u32>(at) << 3)));
  return out;
}
