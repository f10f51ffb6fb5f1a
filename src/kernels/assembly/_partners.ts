/** The partners of one neuron from the sequence that has been started, u32 each. */
import { buffer, bufferBytes, giveBack, nextInteger, refill, usedBytes, wordLimit } from "./_random";

/** k of `candidates`, with repetition. Where `skipsSelf` is 1, the neuron itself is no candidate. */
export function drawPartnersOf(self: u32, k: u32, candidates: u32, skipsSelf: u32, list: usize): void {
  const limit = wordLimit(candidates) - 1;
  const end = list + (<usize>k << 2);
  let at = usedBytes();
  for (let out = list; out < end; ) {
    if (at == bufferBytes) {
      refill();
      at = 0;
    }
    const word = load<u32>(buffer + at);
    at += 4;
    if (word > limit) continue;
    const partner = word % candidates;
    store<u32>(out, partner + (skipsSelf & <u32>(partner >= self)));
    out += 4;
  }
  giveBack(at);
}

/** Each at most once; `order` u32[candidates] holds 0 … candidates − 1 before and after, `swaps` u32[k] is scratch. */
export function drawDistinct(
  self: u32, k: u32, candidates: u32, skipsSelf: u32, list: usize, order: usize, swaps: usize,
): void {
  for (let i: u32 = 0; i < k; i++) {
    const n = candidates - i;
    const j = i + nextInteger(n, wordLimit(n));
    const chosen = order + (<usize>j << 2);
    const front = order + (<usize>i << 2);
    const partner = load<u32>(chosen);
    store<u32>(chosen, load<u32>(front));
    store<u32>(front, partner);
    store<u32>(swaps + (<usize>i << 2), j);
    store<u32>(list + (<usize>i << 2), partner + (skipsSelf & <u32>(partner >= self)));
  }
  for (let i = k; i > 0; i--) {
    const front = order + (<usize>(i - 1) << 2);
    const chosen = order + (<usize>load<u32>(swaps + (<usize>(i - 1) << 2)) << 2);
    const held = load<u32>(front);
    store<u32>(front, load<u32>(chosen));
    store<u32>(chosen, held);
  }
}
