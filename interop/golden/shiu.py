"""The fly brain model of Shiu et al. 2024 in Brian2, as their model.py builds it, on a random network of 80 neurons with
given input spikes: every spike. The equations, reset, refractoriness and order of events are those of that program; only
the input is a SpikeGeneratorGroup instead of a PoissonInput, so that it can be given to wbe."""

import brian2 as b2
import numpy as np
from brian2 import ms, mV
from golden_file import on_grid, versions, write

DT, DURATION, COUNT, DRIVEN = 0.1, 1000.0, 80, 6
P = {"v_0": -52.0, "v_rst": -52.0, "v_th": -45.0, "t_mbr": 20.0, "tau": 5.0, "t_rfc": 2.2, "t_dly": 1.8, "w_syn": 0.275}
rng = np.random.default_rng(783)
PAIRS = sorted({(int(s), int(t)) for s, t in rng.integers(0, COUNT, (1600, 2)) if s != t})
SOURCE, TARGET = (np.array(column) for column in zip(*PAIRS))
INHIBITORY = rng.random(COUNT) < 0.38
SYNAPSES = np.ceil(rng.lognormal(2.6, 0.8, len(PAIRS))).astype(int) * np.where(INHIBITORY[SOURCE], -1, 1)
# Poisson spikes at 150 Hz; some in steps next to each other, and in the step of a spike.
INPUT = [np.flatnonzero(rng.random(round(DURATION / DT) - 10) < 0.015) for _ in range(DRIVEN)]


def run(target):
    b2.start_scope()
    b2.prefs.codegen.target = target
    b2.defaultclock.dt = DT * ms
    names = {name: value * (mV if name[0] in "vw" else ms) for name, value in P.items()}
    neurons = b2.NeuronGroup(
        COUNT,
        """dv/dt = (v_0 - v + g) / t_mbr : volt (unless refractory)
           dg/dt = -g / tau : volt (unless refractory)
           rfc : second""",
        method="linear", threshold="v > v_th", reset="v = v_rst; w = 0; g = 0*mV", refractory="rfc", namespace=names,
    )
    neurons.v, neurons.g, neurons.rfc = names["v_0"], 0 * mV, names["t_rfc"]
    neurons.rfc[:DRIVEN] = 0 * ms
    synapses = b2.Synapses(neurons, neurons, "w : volt", on_pre="g += w", delay=names["t_dly"])
    synapses.connect(i=SOURCE, j=TARGET)
    synapses.w = SYNAPSES * names["w_syn"]
    indices = np.concatenate([np.full(len(steps), i) for i, steps in enumerate(INPUT)])
    times = np.concatenate(INPUT) * DT
    source = b2.SpikeGeneratorGroup(DRIVEN, indices, times * ms)
    kick = b2.Synapses(source, neurons, on_pre="v_post += 250*w_syn", namespace=names)
    kick.connect(j="i")
    spikes = b2.SpikeMonitor(neurons)
    trace = b2.StateMonitor(neurons, "v", record=True)
    b2.Network(neurons, synapses, source, kick, spikes, trace).run(DURATION * ms)
    margin = np.abs(trace.v / mV - P["v_th"]).min()
    steps = on_grid(spikes.t / ms, DT)
    # Brian2 stamps a spike with the start of its step.
    return sorted((step + 1, int(i)) for step, i in zip(steps, spikes.i)), float(margin)


def main():
    spikes, margin = run("numpy")
    assert spikes == run("cython")[0]
    neurons = {i for _, i in spikes}
    print(len(spikes), "spikes of", len(neurons), "neurons; nearest to the threshold on the grid:", margin, "mV")
    assert len(neurons) > 30
    write(
        "shiu-2024", "the model of Shiu et al. 2024 on 80 neurons with given input, 1 s: every spike", __file__,
        versions("brian2", "numpy"), {**P, "dt": DT, "duration_ms": DURATION, "neurons": COUNT, "units": "ms, mV"},
        {
            "input": "steps of input of neurons 0 to 5: v += 250 w_syn after the threshold of that step, which is the "
                     "arrival at step + 1 in wbe",
            "spikes": "sorted by step, then neuron; step is the end of the step (Brian2's own stamp is its start)",
        },
        {
            "input_steps": [steps.tolist() for steps in INPUT], "margin_mV": float(f"{margin:.3g}"),
            "connections": {"source": SOURCE.tolist(), "target": TARGET.tolist(), "synapses": SYNAPSES.tolist()},
            "spike_steps": [step for step, _ in spikes], "spike_neurons": [neuron for _, neuron in spikes],
        },
    )


main()
