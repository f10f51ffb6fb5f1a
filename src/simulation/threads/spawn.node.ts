/** Starts worker threads in Node. @module */
import { availableParallelism, loadavg } from "node:os";
import { Worker } from "node:worker_threads";
import type { Reply, WorkerHandle } from "./base.js";

/** From sources (tests) a thread needs the same TypeScript loader, and seconds to start. */
const isSource = import.meta.url.endsWith(".ts");

export function spawnWorker(): WorkerHandle {
  const entry = new URL(isSource ? "./worker.node.ts" : "./worker.node.js", import.meta.url);
  const worker = new Worker(entry, isSource ? { execArgv: ["--import", "jiti/register"] } : {});
  return {
    post: (request) => worker.postMessage(request),
    onReply: (listener) => worker.on("message", (reply: Reply) => listener(reply)),
    onDeath: (listener) => {
      worker.on("error", (error) => listener(error.message));
      worker.on("exit", (code) => listener(`it exited with code ${code}`));
    },
    release: () => worker.unref(),
    end: async () => {
      await worker.terminate();
    },
  };
}

/**
 * Threads that the machine runs at once, and whether other work keeps them busy: threads in step are as slow as the one
 * that has to wait for a processor.
 */
export function countProcessors(): { processors: number; isBusy: boolean } {
  const processors = isSource ? 1 : availableParallelism();
  return { processors, isBusy: loadavg()[0]! > 1.5 * processors };
}
