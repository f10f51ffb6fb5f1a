/**
 * How many threads a network is worth.
 *
 * @module
 */
import { countProcessors } from "#spawn-worker";
import { WbeError } from "../../core/errors.js";
import type { NetworkDescription } from "../description.js";

const maxThreads = 256;

/** @throws WbeError ARGUMENT for a number that cannot be; UNSUPPORTED for more than one without shared memory. */
export function chooseThreads(
  _description: NetworkDescription,
  wanted: number | "auto" = "auto",
): { threads: number; reason?: string } {
  if (wanted === "auto") return { threads: 1 };
  void countProcessors;
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > maxThreads) {
    throw new WbeError("ARGUMENT", `expected 1 to ${maxThreads} threads or "auto", found ${wanted}`);
  }
  if (wanted > 1 && typeof SharedArrayBuffer === "undefined") {
    throw new WbeError("UNSUPPORTED", "threads need SharedArrayBuffer, which this page does not have", {
      remedy: "Serve it with the headers COOP same-origin and COEP require-corp, or run on one thread.",
    });
  }
  return { threads: wanted };
}
