// Vogels, Sprekeler, Zenke, Clopath & Gerstner 2011, Science 334:1569, doi:10.1126/science.1211095: inhibitory plasticity brings
// the rates of 50 cells down to about 5 Hz (a reduction without recurrence; asserted by `wbe verify plasticity`).
// (wbe run examples/papers/vogels-2011.ts)
import { plasticityRules } from "wbe/plasticity";
import { SimulationEngine } from "wbe/simulation";
import { vogels2011 } from "wbe/validation";

const engine = await SimulationEngine.fromDescription(vogels2011({ duration: 1000 }), {
  catalogue: { rules: plasticityRules },
}); // ms
await engine.run();

export { engine };
