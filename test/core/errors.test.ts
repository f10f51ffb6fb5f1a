import { describe, expect, it } from "vitest";
import { requireFinite, requireInteger, requirePositive, requireWithin } from "../../src/core/arguments.js";
import { internalError, WbeError } from "../../src/core/errors.js";
import { throwIfCancelled, yieldToEventLoop } from "../../src/core/progress.js";

describe("WbeError", () => {
  it("says what was expected and found, then where, then the remedy, and keeps each part", () => {
    const error = new WbeError("ARGUMENT", "expected dt > 0, found -1", {
      where: "config.dt",
      remedy: "Give a step in ms.",
      cause: "why",
    });
    expect(error.message).toBe("expected dt > 0, found -1 (at config.dt). Give a step in ms.");
    expect(error).toMatchObject({ name: "WbeError", code: "ARGUMENT", where: "config.dt", cause: "why" });
    expect(error).toBeInstanceOf(Error);
    expect(error.isUserFault).toBe(true);
  });

  it("an internal fault is no user fault and asks for a report", () => {
    const error = internalError("the ring buffer overran");
    expect(error.isUserFault).toBe(false);
    expect(error.message).toMatch(/internal fault.*report/);
  });
});

describe("argument checks", () => {
  it("return what they pass", () => {
    expect(requireFinite(-2, "x")).toBe(-2);
    expect(requirePositive(0.1, "x")).toBe(0.1);
    expect(requireWithin(1, 0, 1, "x")).toBe(1);
    expect(requireInteger(7, 0, 7, "x")).toBe(7);
  });

  it("name the argument, the range and what was found", () => {
    expect(() => requireFinite(Number.NaN, "the mean")).toThrow(/expected the mean to be a finite number, found NaN/);
    expect(() => requireFinite("3" as unknown as number, "dt")).toThrow(/found "3"/);
    expect(() => requirePositive(0, "dt")).toThrow(/expected dt > 0, found 0/);
    expect(() => requireWithin(2, 0, 1, "p")).toThrow(/expected p from 0 to 1, found 2/);
    expect(() => requireWithin(-1, 0, Number.POSITIVE_INFINITY, "p")).toThrow(/expected p ≥ 0, found -1/);
    expect(() => requireInteger(1.5, 0, 9, "n", "config.n")).toThrow(
      /whole number from 0 to 9, found 1.5 \(at config.n\)/,
    );
    expect(() => requireInteger(2 ** 53, 0, 2 ** 53, "n")).toThrow(expect.objectContaining({ code: "ARGUMENT" }));
  });
});

describe("cancellation", () => {
  it("throws CANCELLED with the signal's reason once the signal has fired, and not before", () => {
    const controller = new AbortController();
    expect(() => throwIfCancelled(controller.signal, "the run")).not.toThrow();
    expect(() => throwIfCancelled(undefined, "the run")).not.toThrow();
    controller.abort("enough");
    expect(() => throwIfCancelled(controller.signal, "the run")).toThrow(
      expect.objectContaining({ code: "CANCELLED", cause: "enough", message: "the run was cancelled." }),
    );
  });

  it("a loop that yields lets timers fire", async () => {
    let fired = false;
    setTimeout(() => {
      fired = true;
    }, 0);
    const start = performance.now();
    while (!fired && performance.now() - start < 5000) await yieldToEventLoop();
    expect(fired).toBe(true);
  });
});
