// Brette et al. 2007, J Comput Neurosci 23:349-398, doi:10.1007/s10827-007-0038-6, benchmark 1 (COBA): 4,000
// integrate-and-fire neurons with conductance synapses keep themselves firing irregularly at about 19 Hz after 50 ms of input.
// (wbe run examples/papers/brette-2007-coba.ts)
import { SimulationEngine } from "wbe/simulation";
import { coba } from "wbe/validation";

const engine = await SimulationEngine.fromDescription(coba({ size: 4000, duration: 1000 })); // ms
await engine.run();

export { engine };
