// Brette et al. 2007, J Comput Neurosci 23:349-398, doi:10.1007/s10827-007-0038-6, benchmark 3 (COBAHH): 4,000
// Hodgkin-Huxley type neurons with conductance synapses, about 36 Hz.
// (wbe run examples/papers/brette-2007-cobahh.ts)
import { SimulationEngine } from "wbe/simulation";
import { cobaHh } from "wbe/validation";

const engine = await SimulationEngine.fromDescription(cobaHh({ size: 4000, duration: 1000 })); // ms
await engine.run();

export { engine };
