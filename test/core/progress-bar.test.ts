import { describe, expect, it } from "vitest";
import { ProgressBar } from "../../src/core/progress.js";

function record(isTTY: boolean, columns = 80) {
  const written: string[] = [];
  let time = 0;
  const at = (ms: number) => {
    time = ms;
  };
  const bar = new ProgressBar({
    label: "simulating",
    total: 1000,
    unit: "ms",
    sink: { write: (text) => written.push(text), isTTY, columns },
    now: () => time,
  });
  return { written, bar, at };
}

describe("the progress bar", () => {
  it("writes one plain line per tenth of the work where there is no terminal", () => {
    const { written, bar, at } = record(false);
    for (let done = 1; done <= 1000; done++) {
      at(10 * done);
      bar.update(done);
    }
    expect(written).toHaveLength(10);
    expect(written[0]).toBe("simulating: 10 % (100/1000 ms), 1.0 s, 9.0 s left\n");
    expect(written[9]).toBe("simulating: 100 % (1000/1000 ms), 10.0 s\n");
  });

  it("redraws one line at most ten times a second on a terminal and ends it once", () => {
    const { written, bar, at } = record(true);
    for (let done = 1; done <= 1000; done++) {
      at(done);
      bar.update(done);
    }
    bar.update(1000);
    bar.finish();
    expect(written.length).toBeLessThanOrEqual(11);
    expect(written.every((text) => text.startsWith("\r["))).toBe(true);
    expect(written.filter((text) => text.endsWith("\n"))).toHaveLength(1);
  });

  it("never draws wider than the terminal", () => {
    for (const columns of [20, 40, 60, 80, 200]) {
      const { written, bar } = record(true, columns);
      bar.update(123.456);
      // The terminal's own codes take no room.
      expect(written[0]!.replace("\r", "").replace("\u001b[K", "").length).toBeLessThan(columns);
    }
  });

  it("ends the line when it is stopped early", () => {
    const { written, bar } = record(true);
    bar.update(10);
    bar.finish();
    bar.update(20);
    expect(written.at(-1)).toBe("\n");
    expect(written).toHaveLength(2);
  });
});
