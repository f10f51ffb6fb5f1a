/**
 * What a population's kernel and its caller agree on: the block of 32-bit words that describes one population in
 * memory. All arrays are 16-byte aligned; per-neuron arrays hold whole vectors of the population's number format, two f64
 * or four f32 (the last ones may be padding, whose spikes are never reported).
 *
 * | word | what |
 * | --- | --- |
 * | 0 | neurons |
 * | 1 | ring buffer: f32 [slot][port][padded neurons], bytes address; [vector][slot][port][lane] for kernels that know rest |
 * | 2 | ring slots − 1 (slots are a power of two) |
 * | 3 | spike list: pairs (step, neuron) of u32, room for neurons × steps pairs |
 * | 4 | slots: values shared by the population, f64 or f32 |
 * | 5 | out: 1 when a state may not be finite any more (a sum of a neuron's states is not); never set back by the kernel |
 * | 6 | awake: u32 per vector of neurons, the first step from which it may be left out; only read by kernels that know rest. The word before the list is the address of the bits of slots with arrivals (event-driven populations), or 0. For all other kernels: bytes of a port's row in the ring, where the ring is of more neurons than word 0 says; else 0 |
 * | 7 | index of the first neuron in the whole network, for random numbers |
 * | 8 | seed |
 * | 9 | 1 while every input array holds one value for all neurons |
 * | 10… | addresses of f64 or f32 arrays: states in model order, refractory counter (if any), inputs, columns |
 *
 * @module
 */
export const descriptorWords = {
  neurons: 0,
  ring: 1,
  ringMask: 2,
  spikes: 3,
  slots: 4,
  notFinite: 5,
  awake: 6,
  firstNeuron: 7,
  seed: 8,
  uniformInputs: 9,
  arrays: 10,
} as const;

export const kernelExport = "advance";
