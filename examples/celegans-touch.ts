// The nervous system of C. elegans, touched: current into the six touch receptor neurons, spikes of the command
// interneurons (wbe run examples/celegans-touch.ts).
//
// The wiring, its chemical contacts and gap junctions, transmitters and positions are data; the dynamics are a stand-in.
// Most neurons of the worm are graded, and their conductances are not known: here each is an AdEx neuron with 4 nS a
// contact and 1 nS a gap junction, the smallest at which touch recruits the command interneurons.
import { celegans, celegansTouchNeurons } from "wbe/connectome";
import { SimulationConfig, SimulationEngine } from "wbe/simulation";

const connectome = await celegans({ model: "AdEx", contactConductance: 4, gapConductance: 1 }); // nS
const engine = await SimulationEngine.create({
  connectome,
  config: new SimulationConfig({ dt: 0.1, duration: 1000, seed: 1 }), // ms
  params: { AdEx: { tRef: "2 ms", b: "200 pA" } },
  stimuli: [
    {
      kind: "pulse",
      population: "neurons",
      neurons: celegansTouchNeurons.map((name) => connectome.indexOf(name)),
      amplitude: "1500 pA",
      start: "200 ms",
      duration: "500 ms",
    },
  ],
});
await engine.run();

export { connectome, engine };
