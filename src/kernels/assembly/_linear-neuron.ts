/**
 * A linear neuron between events: y(s) = y* + T[s − base]·(y₀ − y*), T[k] = exp(A·dt·k). The descriptor stands above
 * event-driven.ts.
 */

// @ts-ignore: decorator
@inline
export function word(d: usize, k: u32): u32 {
  return load<u32>(d + (<usize>k << 2));
}

// @ts-ignore: decorator
@inline
export function element(at: u32, k: u32): usize {
  return <usize>at + (<usize>k << 3);
}

/** y₀ − y* of neuron i into the first part of the scratch. */
export function loadDeviation(d: usize, i: u32): void {
  const n = word(d, 0), N = word(d, 1), y = word(d, 7), rest = word(d, 10), z = word(d, 18);
  for (let r: u32 = 0; r < N; r++) {
    store<f64>(element(z, r), load<f64>(element(y, r * n + i)) - load<f64>(element(rest, r * n + i)));
  }
}

/**
 * Scratch z → address of T[k]·z, k ≥ 1. Beyond the table in strides of K; a pure function of z and k, so that it does not
 * matter when anybody looks.
 */
export function evolve(d: usize, k: u32): u32 {
  const N = word(d, 1), table = word(d, 11), K = word(d, 12);
  let from = word(d, 18);
  let to = from + (N << 3);
  const other = to + (N << 3);
  while (true) {
    const now = k < K ? k : K;
    const T = table + ((now * N * N) << 3);
    let isZero = true;
    for (let r: u32 = 0; r < N; r++) {
      let sum: f64 = 0;
      for (let c: u32 = 0; c < N; c++) sum += load<f64>(element(T, r * N + c)) * load<f64>(element(from, c));
      store<f64>(element(to, r), sum);
      if (sum != 0) isZero = false;
    }
    k -= now;
    if (k == 0 || isZero) return to;
    from = to;
    to = from == other ? other - (N << 3) : other;
  }
}

/** Value of the crossing state k steps after the base, from scratch z. */
// @ts-ignore: decorator
@inline
export function crossing(d: usize, i: u32, k: u32): f64 {
  const n = word(d, 0), N = word(d, 1), K = word(d, 12), v = word(d, 15);
  const rest = load<f64>(element(word(d, 10), v * n + i));
  if (k > K) return rest + load<f64>(element(evolve(d, k), v));
  const T = word(d, 11) + (((k * N + v) * N) << 3);
  const z = word(d, 18);
  let sum: f64 = 0;
  for (let c: u32 = 0; c < N; c++) sum += load<f64>(element(T, c)) * load<f64>(element(z, c));
  return rest + sum;
}

/** Moves y₀ of neuron i by k steps; its held states stay when it was refractory. */
export function moveBase(d: usize, i: u32, k: u32, wasHeld: bool): void {
  if (k == 0) return;
  const n = word(d, 0), N = word(d, 1), y = word(d, 7), rest = word(d, 10), holds = word(d, 14);
  const moved = evolve(d, k);
  for (let r: u32 = 0; r < N; r++) {
    if (wasHeld && ((holds >> r) & 1)) continue;
    store<f64>(element(y, r * n + i), load<f64>(element(rest, r * n + i)) + load<f64>(element(moved, r)));
  }
}

/** Whether neuron i is refractory at its base; the fraction of step heldUntil until which it is counts where there is one. */
// @ts-ignore: decorator
@inline
export function isHeldAtBase(d: usize, i: u32): bool {
  const base = load<u32>(<usize>word(d, 8) + (<usize>i << 2)), held = load<u32>(<usize>word(d, 9) + (<usize>i << 2));
  return base < held || (base == held && heldFraction(d, i) > 0);
}

/** 0 for spike times on the grid. */
// @ts-ignore: decorator
@inline
export function heldFraction(d: usize, i: u32): f64 {
  const fractions = word(d, 24);
  return fractions ? load<f64>(element(fractions, i)) : 0;
}

/** Adds the arrivals of step s, and empties their places. Held states take none while the neuron is refractory. */
export function arrive(d: usize, i: u32, at: usize, isHeld: bool): void {
  const n = word(d, 0), N = word(d, 1), ports = word(d, 2), y = word(d, 7), gains = word(d, 13), holds = word(d, 14);
  for (let p: u32 = 0; p < ports; p++) {
    const w = load<f32>(at + (<usize>p << 2));
    if (w == 0) continue;
    store<f32>(at + (<usize>p << 2), 0);
    for (let r: u32 = 0; r < N; r++) {
      if (isHeld && ((holds >> r) & 1)) continue;
      const gain = load<f64>(element(gains, p * N + r));
      if (gain != 0) store<f64>(element(y, r * n + i), load<f64>(element(y, r * n + i)) + gain * <f64>w);
    }
  }
}

export function reset(d: usize, i: u32): void {
  const n = word(d, 0), N = word(d, 1), y = word(d, 7);
  const keep = word(d, 16) + ((1 + 2 * N) << 3);
  for (let r: u32 = 0; r < N; r++) {
    const at = element(y, r * n + i);
    store<f64>(at, load<f64>(element(keep, r)) * load<f64>(at) + load<f64>(element(keep, N + r)));
  }
}

/** Whether the neuron, free and k steps after its base, may ever cross without further arrivals. */
export function mayCross(d: usize, i: u32, k: u32): bool {
  const n = word(d, 0), N = word(d, 1), v = word(d, 15), scalars = word(d, 16);
  const threshold = load<f64>(scalars);
  const z = k == 0 ? word(d, 18) : evolve(d, k);
  let bound = load<f64>(element(word(d, 10), v * n + i));
  // Rounding of the products and of T itself is far below a part in 1e9.
  let slack = abs(threshold) + abs(bound);
  for (let c: u32 = 0; c < N; c++) {
    const deviation = load<f64>(element(z, c));
    bound += deviation * load<f64>(element(scalars, 1 + (deviation > 0 ? c : N + c)));
    slack += abs(deviation);
  }
  if (bound != bound && load<u32>(d, 88) == 0) store<u32>(d, i + 1, 88);
  return !(bound < threshold - 1e-9 * slack);
}
