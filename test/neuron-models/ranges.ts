/** What each neuron of the catalogue must stand; the conformance tests of neurons and synapses read it. */

export interface NeuronRange {
  /** Currents (unit of the model's I) from strongly hyperpolarizing to far above threshold: three silent, the last three firing. */
  readonly I: readonly number[];
  /** ms; what the explicit methods need. */
  readonly dt: number;
  /** Weights of a synapse that matters: of a current (unit of the synaptic input) and of a conductance (nS). */
  readonly current: number;
  readonly conductance: number;
}

export const ranges: Readonly<Record<string, NeuronRange>> = {
  AdEx: { I: [-2000, -200, 0, 400, 700, 1000, 5000], dt: 0.1, current: 200, conductance: 5 },
  GLIF1: { I: [-2000, -100, 0, 100, 150, 400, 5000], dt: 0.1, current: 200, conductance: 5 },
  GLIF2: { I: [-2000, -100, 0, 100, 150, 400, 5000], dt: 0.1, current: 200, conductance: 5 },
  GLIF3: { I: [-2000, -100, 0, 75, 150, 400, 5000], dt: 0.1, current: 200, conductance: 5 },
  GLIF4: { I: [-2000, -100, 0, 75, 150, 400, 5000], dt: 0.1, current: 200, conductance: 5 },
  GLIF5: { I: [-2000, -100, 0, 75, 150, 400, 5000], dt: 0.1, current: 200, conductance: 5 },
  // Below −10 uA/cm2 the rate of m exceeds 2/dt and forward Euler diverges, as it must.
  HodgkinHuxley: { I: [-10, -5, 0, 7, 10, 50, 150], dt: 0.02, current: 200, conductance: 5 },
  // C is 1 pF.
  Izhikevich: { I: [-50, -5, 0, 4, 10, 40, 200], dt: 0.1, current: 5, conductance: 0.05 },
  LIF: { I: [-5000, -100, 0, 249, 260, 1000, 50_000], dt: 0.1, current: 200, conductance: 5 },
};
