/** Starts Web Workers. @module */
import type { Reply, WorkerHandle } from "./base.js";

export function spawnWorker(): WorkerHandle {
  const worker = new Worker(new URL("./worker.browser.js", import.meta.url), { type: "module" });
  return {
    post: (request) => worker.postMessage(request),
    onReply: (listener) => {
      worker.addEventListener("message", (event: MessageEvent<Reply>) => listener(event.data));
    },
    onDeath: (listener) => {
      worker.addEventListener("error", (event) => listener(event.message));
    },
    release: () => {},
    end: async () => {
      worker.terminate();
    },
  };
}

/** Threads that the machine runs at once; whether they are busy a page cannot tell. */
export function countProcessors(): { processors: number; isBusy: boolean } {
  return { processors: navigator.hardwareConcurrency, isBusy: false };
}
