/** Entry of a Web Worker. @module */
import type { Request } from "./base.js";
import { serveRequests } from "./worker.js";

serveRequests(
  (listener) => {
    addEventListener("message", (event: MessageEvent<Request>) => listener(event.data));
  },
  (reply) => postMessage(reply),
);
