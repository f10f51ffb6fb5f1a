/** Entry of a worker thread in Node. @module */
import { parentPort } from "node:worker_threads";
import { serveRequests } from "./worker.js";

serveRequests(
  (listener) => parentPort!.on("message", listener),
  (reply) => parentPort!.postMessage(reply),
);
