// Brette et al. 2007, J Comput Neurosci 23:349-398, doi:10.1007/s10827-007-0038-6, benchmark 2 (CUBA): 4,000
// integrate-and-fire neurons with current synapses and a rest above threshold, about 5.6 Hz.
// (wbe run examples/papers/brette-2007-cuba.ts)
import { SimulationEngine } from "wbe/simulation";
import { cuba } from "wbe/validation";

const engine = await SimulationEngine.fromDescription(cuba({ size: 4000, duration: 1000 })); // ms
await engine.run();

export { engine };
