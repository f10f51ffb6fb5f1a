// Vogels & Abbott 2005, J Neurosci 25:10786-10795, doi:10.1523/JNEUROSCI.3508-05.2005: 10,000 integrate-and-fire neurons,
// joined at random with probability 0.02, fire irregularly with no input from outside.
// (wbe run examples/papers/vogels-abbott-2005.ts)
import { SimulationEngine } from "wbe/simulation";
import { vogelsAbbott2005 } from "wbe/validation";

const engine = await SimulationEngine.fromDescription(vogelsAbbott2005({ duration: 1000 })); // ms
await engine.run();

export { engine };
