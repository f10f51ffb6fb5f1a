// Brunel 2000, J Comput Neurosci 8:183-208, doi:10.1023/A:1008925309027, fig. 8: 12,500 neurons, 15.6 million synapses
// (350 MB). regime is "SR", "SI fast", "AI" or "SI slow"; scale < 1 makes the network smaller and its rates higher.
// (wbe run examples/papers/brunel-2000.ts)
import { SimulationEngine } from "wbe/simulation";
import { brunel2000 } from "wbe/validation";

const engine = await SimulationEngine.fromDescription(brunel2000({ regime: "AI", scale: 1, duration: 500 })); // ms
await engine.run();

export { engine };
