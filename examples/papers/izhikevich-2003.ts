// Izhikevich 2003, IEEE Trans Neural Netw 14:1569-1572, doi:10.1109/TNN.2003.820440, fig. 3: 1,000 neurons, all different and
// all joined, under noise; volleys at alpha and gamma rhythms.
// (wbe run examples/papers/izhikevich-2003.ts)
import { SimulationEngine } from "wbe/simulation";
import { izhikevich2003 } from "wbe/validation";

const engine = await SimulationEngine.fromDescription(izhikevich2003({ duration: 1000 })); // ms
await engine.run();

export { engine };
