import { describe, expect, it } from "vitest";
import { type Benchmark, describeMachine, interleave, median, runBenchmark } from "../../bench/bench.js";
import { mergeResult } from "../../bench/results.js";

function fixed(ours: number, peer: number | null, target: { ratio?: number; value?: number }): Benchmark {
  const peerVersion = peer === null ? null : "x 1";
  const outcome = { work: "nothing", runs: 3, unit: "s" as const, ours, peer, peerVersion, target, details: {} };
  return { name: "fixed", question: "is it judged rightly?", run: async () => outcome };
}

describe("median", () => {
  it("is the middle value, and the mean of the middle two of an even number", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([10, 9])).toBe(9.5);
  });
});

describe("interleave", () => {
  it("drops the warm-up, keeps one measure per round and turns the order around", async () => {
    const order: string[] = [];
    let count = 0;
    const side = (name: string) => () => {
      order.push(name);
      return count++;
    };
    const kept = await interleave(3, { a: side("a"), b: side("b") });
    expect(order.join("")).toBe("baabbaab");
    expect(kept).toEqual({ a: [2, 5, 6], b: [3, 4, 7] });
  });

  it("stops between rounds when cancelled", async () => {
    const controller = new AbortController();
    const stop = () => {
      controller.abort();
      return 1;
    };
    const runs = interleave(1000, { a: stop }, { signal: controller.signal });
    await expect(runs).rejects.toThrow(/abort/i);
  });
});

describe("runBenchmark", () => {
  it("asks for the ratio and for the absolute value where both are targets", async () => {
    expect((await runBenchmark(fixed(1, 1, { ratio: 1.1 }))).ok).toBe(true);
    expect((await runBenchmark(fixed(1.2, 1, { ratio: 1.1 }))).ok).toBe(false);
    expect((await runBenchmark(fixed(2.1, 9, { ratio: 1.1, value: 2 }))).ok).toBe(false);
    expect((await runBenchmark(fixed(1.9, 9, { ratio: 1.1, value: 2 }))).ratio).toBeCloseTo(1.9 / 9, 12);
  });

  it("is not ok without a peer, whatever our time", async () => {
    const result = await runBenchmark(fixed(0.001, null, { value: 2 }));
    expect(result).toMatchObject({ ok: false, ratio: null, peer: null, peerVersion: null });
  });
});

describe("describeMachine", () => {
  it("tells processor, cores and memory", () => {
    expect(describeMachine()).toMatch(/.+, \d+ cores, \d+ GB$/);
  });
});

describe("mergeResult", () => {
  it("replaces the row of the same benchmark and Node major version, and keeps all others", async () => {
    const result = await runBenchmark(fixed(1, 2, { ratio: 1 }));
    const node20 = mergeResult("", { ...result, node: "v20.1.0" }, "2026-01-01");
    const both = mergeResult(node20, { ...result, node: "v24.1.0" }, "2026-01-02");
    const again = mergeResult(both, { ...result, ours: 1.5, node: "v20.9.0" }, "2026-01-03");
    const rows = (text: string) => text.split("\n").filter((line) => line.startsWith("| fixed"));
    expect(rows(both)).toHaveLength(2);
    expect(rows(again)).toHaveLength(2);
    expect(rows(again)[0]).toContain("v20.9.0");
    expect(rows(again)[0]).toContain("1.50 s");
    expect(rows(again)[1]).toBe(rows(both)[1]);
    expect(mergeResult(again, { ...result, ours: 1.5, node: "v20.9.0" }, "2026-01-03")).toBe(again);
  });
});
