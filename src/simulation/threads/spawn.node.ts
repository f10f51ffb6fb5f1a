/** Starts worker threads in Node. @module */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Reply, WorkerHandle } from "./base.js";

export function spawnWorker(): WorkerHandle {
  // From sources (tests) the thread needs the same TypeScript loader.
  const isSource = import.meta.url.endsWith(".ts");
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

/** Threads that the machine runs at once. */
export function countProcessors(): number {
  return availableParallelism();
}
