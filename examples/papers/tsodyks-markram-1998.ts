// Tsodyks, Pawelzik & Markram 1998, Neural Comput 10:821-835, doi:10.1162/089976698300017502, fig. 1: a depressing and a
// facilitating synapse under regular trains. The first settles at responses that fall as 1/rate, the second responds most at
// about 1/sqrt(U·tauFac·tauRec) = 22 Hz.
// (wbe run examples/papers/tsodyks-markram-1998.ts)
import { SimulationEngine } from "wbe/simulation";
import { tsodyksMarkram1998 } from "wbe/validation";

const engine = await SimulationEngine.fromDescription(tsodyksMarkram1998());
await engine.run();

export { engine };
