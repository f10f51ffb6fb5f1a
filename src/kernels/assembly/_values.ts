/** Values by distribution from the sequence that has been started, of which no odd number of words has been used. */
import { exp, normalQuantile } from "./_math";
import { buffer, bufferBytes, giveBack, refill, uniformOf, uniformOpenOf, usedBytes } from "./_random";

/** Draws again at most this often: bounds that are met less often are a mistake. */
const mostRedraws: u32 = 1000;

/**
 * n values, f64. kind 0: uniform on [a, b); 1: normal, mean a, standard deviation b; 2: exp of that. Those outside low … high go to the nearer bound or, where redraws is 1, are drawn again. Returns how many
 * were drawn: fewer than n when 1000 draws in a row missed the bounds.
 */
export function fillValues(
  n: u32, kind: u32, a: f64, b: f64, low: f64, high: f64, redraws: u32, values: usize,
): u32 {
  let at = usedBytes();
  let missed: u32 = 0;
  for (let e: u32 = 0; e < n; ) {
    if (at == bufferBytes) {
      refill();
      at = 0;
    }
    const first = load<u32>(buffer + at);
    const second = load<u32>(buffer + at, 4);
    at += 8;
    let value: f64;
    if (kind == 0) {
      value = a + (b - a) * uniformOf(first, second);
    } else {
      value = a + b * normalQuantile(uniformOpenOf(first, second));
      if (kind == 2) value = exp(value);
    }
    if (redraws != 0) {
      if (!(value >= low && value <= high)) {
        if (++missed == mostRedraws) return e;
        continue;
      }
      missed = 0;
    } else {
      value = min<f64>(high, max<f64>(low, value));
    }
    store<f64>(values + (<usize>e << 3), value);
    e++;
  }
  giveBack(at);
  return n;
}

/** Whole steps of dt in a delay (ms), the nearest, halves up; 0 where that is none of 1 … 65535. */
// @ts-ignore: decorator
@inline
export function stepsOf(delay: f64, dt: f64): u32 {
  const exact = delay / dt;
  const whole = floor<f64>(exact);
  const steps = exact - whole >= 0.5 ? whole + 1.0 : whole;
  return steps >= 1.0 && steps <= 65535.0 ? <u32>steps : 0;
}
