/** What a network needs, before it is built. */
import { describe, expect, it } from "vitest";
import { type NetworkDescription, parseDescription } from "wbe/simulation";
import { potjansDiesmann2014 } from "wbe/validation";
import { builtInModels } from "../../src/simulation/catalogue.js";
import { layOutNetwork } from "../../src/simulation/memory-layout.js";
import { connectNetwork, planNetwork } from "../../src/simulation/network.js";
import { checkNetworkSize, estimateParts } from "../../src/simulation/size.js";

const declarationsOf = ({ populations }: NetworkDescription) =>
  populations.map(({ model }) => builtInModels.neurons.find(({ id }) => id === model)!);

describe("the estimate of a network's memory", () => {
  it("is at most what the network takes, and most of it, with individual weights and delays", async () => {
    const description = parseDescription(potjansDiesmann2014({ scale: 0.05 }));
    const plan = await planNetwork(description, builtInModels, 1);
    const network = await connectNetwork(
      plan,
      plan.projections.map(() => []),
      false,
    );
    const { arena } = layOutNetwork(network, 1, true, () => {});
    const bytes = estimateParts(description, declarationsOf(description), 1).reduce((sum, part) => sum + part.bytes, 0);
    expect(bytes).toBeLessThan(arena.mark);
    expect(bytes).toBeGreaterThan(0.7 * arena.mark);
    // 2 bytes of a target, 4 of a weight, 2 of a delay; the rest is rings, states and offsets.
    const synapses = network.projections.reduce((sum, { extent }) => sum + extent.synapses, 0);
    expect(arena.mark / synapses).toBeLessThan(12);
  });

  it("says which memory is too small, the network's own or the machine's, and for what", () => {
    const full = potjansDiesmann2014({ scale: 1 });
    const check = (threads: number, available: number) => () =>
      checkNetworkSize(full, declarationsOf(full), threads, available);
    expect(check(1, 2 ** 36)).not.toThrow();
    expect(check(1, 2 ** 30)).toThrow(/at least 2\.\d+ GiB; the machine has 1\.00 GiB to give/);
    expect(check(1, 2 ** 30)).toThrow(/projection "\w+→\w+" of \d+ synapses at 8 bytes = 0\.\d+ GiB, projection/);
    const brain = {
      ...full,
      projections: full.projections.map((p) => ({ ...p, rule: { kind: "all-to-all" as const } })),
    };
    expect(() => checkNetworkSize(brain, declarationsOf(brain), 4, 2 ** 50)).toThrow(
      /on each of 4 threads; one WebAssembly memory holds 4\.00 GiB.*Use at least \d+ threads/,
    );
    const drawn = { ...brain, projections: brain.projections.map((p) => ({ ...p, storage: "procedural" as const })) };
    expect(() => checkNetworkSize(drawn, declarationsOf(drawn), 1, 2 ** 30)).not.toThrow();
  });
});
