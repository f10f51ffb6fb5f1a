"""A network of Hodgkin-Huxley neurons in Brian2: rk4, conductance synapses with delays, pair STDP; spikes and weights."""

import brian2 as b2
import numpy as np
from golden_file import on_grid, rounded, versions, write

DT, DURATION, COUNT = 0.025, 300.0, 30
P = {"C": 1.0, "gNa": 120.0, "gK": 36.0, "gL": 0.3, "ENa": 50.0, "EK": -77.0, "EL": -54.387, "tauExc": 5.0,
     "tauInh": 10.0, "EExc": 0.0, "EInh": -80.0}
# nS over 20,000 um2 in mS/cm2.
DENSITY = 100 / 20000
STDP = {"APlus": 0.01, "AMinus": 0.0105, "tauPlus": 20.0, "tauMinus": 20.0, "wMax": 8.0}
rng = np.random.default_rng(30)
SOURCE, TARGET = np.nonzero((rng.random((COUNT, COUNT)) < 0.2) & ~np.eye(COUNT, dtype=bool))
INHIBITORY = SOURCE >= 24
WEIGHT = np.where(INHIBITORY, rng.integers(10, 21, len(SOURCE)), rng.integers(2, 7, len(SOURCE))).astype(float)
DELAY = rng.integers(20, 81, len(SOURCE))
DRIVE = np.round(rng.uniform(6.5, 14, COUNT), 3)

NEURON = """
    dV/dt = (I + ge*(EExc - V) + gi*(EInh - V) - gNa*m**3*h*(V - ENa) - gK*n**4*(V - EK) - gL*(V - EL)) / C / ms : 1
    dm/dt = (am*(1 - m) - bm*m) / ms : 1
    dh/dt = (ah*(1 - h) - bh*h) / ms : 1
    dn/dt = (an*(1 - n) - bn*n) / ms : 1
    dge/dt = -ge / tauExc / ms : 1
    dgi/dt = -gi / tauInh / ms : 1
    am = 1 / exprel(-(V + 40)/10) : 1
    bm = 4 * exp(-(V + 65)/18) : 1
    ah = 0.07 * exp(-(V + 65)/20) : 1
    bh = 1 / (1 + exp(-(V + 35)/10)) : 1
    an = 0.1 / exprel(-(V + 55)/10) : 1
    bn = 0.125 * exp(-(V + 65)/80) : 1
    I : 1
"""


def coincidences(spikes, chosen):
    """Pairs of events that reach a plastic synapse in the same step."""
    by_neuron = {i: {s for s, n in spikes if n == i} for i in range(COUNT)}
    return sum(
        len(by_neuron[i] & {s + d for s in by_neuron[j]})
        for i, j, d in zip(SOURCE[chosen], TARGET[chosen], DELAY[chosen])
    )


def main():
    b2.prefs.codegen.target = "cython"
    b2.defaultclock.dt = DT * b2.ms
    cells = b2.NeuronGroup(COUNT, NEURON, threshold="V > 0", refractory="V > 0", method="rk4", namespace=P)
    cells.V = -65
    for gate, rates in {"m": "am/(am + bm)", "h": "ah/(ah + bh)", "n": "an/(an + bn)"}.items():
        setattr(cells, gate, rates)
    cells.I = DRIVE
    # The delay is dendritic: the synapse sees the presynaptic spike at once, and sends the weight that it has then.
    plastic = b2.Synapses(
        cells, cells,
        """w : 1
           sent : 1
           dx/dt = -x / tauPlus / ms : 1 (event-driven)
           dy/dt = -y / tauMinus / ms : 1 (event-driven)""",
        on_pre={"depress": "w = clip(w - AMinus*wMax*y, 0, wMax)", "mark_pre": "sent = w\nx += 1",
                "deliver": "ge_post += sent*density"},
        on_post={"potentiate": "w = clip(w + APlus*wMax*x, 0, wMax)", "mark_post": "y += 1"},
        namespace={**STDP, "density": DENSITY},
    )
    # Two events that meet at a synapse in one step change it by nothing: both act before either leaves its trace.
    for order, pathway in enumerate(("potentiate", "depress", "mark_pre", "mark_post", "deliver")):
        getattr(plastic, pathway).order = order
    inhibition = b2.Synapses(cells, cells, "w : 1", on_pre="gi_post += w*density", namespace={"density": DENSITY})
    for synapses, chosen in ((plastic, ~INHIBITORY), (inhibition, INHIBITORY)):
        synapses.connect(i=SOURCE[chosen], j=TARGET[chosen])
        synapses.w = WEIGHT[chosen]
    plastic.deliver.delay = plastic.potentiate.delay = plastic.mark_post.delay = DELAY[~INHIBITORY] * DT * b2.ms
    inhibition.pre.delay = DELAY[INHIBITORY] * DT * b2.ms
    monitor = b2.SpikeMonitor(cells)
    b2.Network(cells, plastic, inhibition, monitor).run(DURATION * b2.ms)
    spikes = sorted((s + 1, int(n)) for s, n in zip(on_grid(monitor.t / b2.ms, DT), monitor.i))
    weights = np.array(plastic.w)
    changes = np.abs(weights - WEIGHT[~INHIBITORY])
    meetings = coincidences(spikes, ~INHIBITORY)
    print(len(spikes), "spikes;", meetings, "coincidences; largest change of a weight", changes.max(), "nS")
    assert changes.min() > 0
    write(
        "brian2-network",
        "30 Hodgkin-Huxley neurons, rk4, exponential conductances with delays, pair STDP on the excitatory ones, 300 ms",
        __file__,
        versions("brian2", "numpy"),
        {**P, "area_um2": 20000, "V0": -65.0, "dt": DT, "duration_ms": DURATION, "neurons": COUNT, "stdp": STDP,
         "units": "ms, mV, uA/cm2, mS/cm2; weights nS", "seed": "numpy default_rng(30)"},
        {"spikes": "sorted by step, then neuron; step = end of the step in which V > 0 for the first time, / dt",
         "edges": "delay in steps, dendritic; inhibitory where the source is 24 or more",
         "stdp": "changes are APlus wMax exp(-Delta/tauPlus) and -AMinus wMax exp(Delta/tauMinus), bounded to [0, wMax]; "
                 "a spike sends the weight after its own depression; Delta = 0 changes nothing",
         "final_weights": "of the excitatory edges in their order, at the end of the run"},
        {"edges": {"source": SOURCE.tolist(), "target": TARGET.tolist(), "weight": WEIGHT.tolist(),
                   "delay": DELAY.tolist()},
         "drive": DRIVE.tolist(), "spike_steps": [s for s, _ in spikes], "spike_neurons": [n for _, n in spikes],
         "final_weights": rounded(weights), "coincidences": meetings},
    )


main()
