"""The network of examples/hello-brain.ts in Brian2: Hodgkin-Huxley neurons by rk4, conductance synapses, pair STDP on the
excitatory ones, synaptic scaling at intervals, spikes and V recorded. Prints one line of JSON with the times in seconds.

    hello_brain_brian2.py --network FILE --mode standalone [--directory D]   C++ standalone; build and run timed apart
    hello_brain_brian2.py --network FILE --mode cython|numpy                 runtime mode; first run includes compiling

FILE holds the network as bench/hello-brain.ts exports it (see DEFAULTS for the fields; without --network a random network
of the same size is made). After a standalone build, D/main runs the network again without Python.
"""

import time

START = time.perf_counter()

import argparse  # noqa: E402
import json  # noqa: E402
import pathlib  # noqa: E402
import tempfile  # noqa: E402

import brian2 as b2  # noqa: E402
import numpy as np  # noqa: E402

# ms, mV, mS/cm2, uA/cm2, uF/cm2, Hz.
DEFAULTS = {
    "neurons": 50, "dt": 0.025, "duration": 1000.0, "recordEvery": 1.0, "V0": -65.0,
    "C": 1.0, "gNa": 120.0, "gK": 36.0, "gL": 0.3, "ENa": 50.0, "EK": -77.0, "EL": -54.387,
    "tauExc": 5.0, "tauInh": 10.0, "EExc": 0.0, "EInh": -80.0,
    "background": {"rate": 50.0, "weight": 0.03},
    "stdp": {"tauPlus": 20.0, "tauMinus": 20.0, "APlus": 0.01, "AMinus": 0.0105, "wMax": 0.06},
    "scaling": {"targetRate": 5.0, "every": 100.0, "tauRate": 1000.0, "tau": 10000.0},
}

NEURON = """
    dV/dt = (ge*(EExc - V) + gi*(EInh - V) - gNa*m**3*h*(V - ENa) - gK*n**4*(V - EK) - gL*(V - EL)) / C / ms : 1
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
    count : 1
    rate : 1
"""

PLASTIC = """
    w : 1
    dx/dt = -x / tauPlus / ms : 1 (event-driven)
    dy/dt = -y / tauMinus / ms : 1 (event-driven)
"""


def random_edges(count):
    """A network like hello-brain's: 4/5 excitatory, each pair joined with the same probability."""
    rng = np.random.default_rng(42)
    source, target = np.nonzero((rng.random((count, count)) < 0.22) & ~np.eye(count, dtype=bool))
    inhibitory = source >= round(0.8 * count)
    return {
        "source": source, "target": target, "inhibitory": inhibitory,
        "weight": np.where(inhibitory, 0.335, 0.03), "delay": np.full(len(source), 0.6),
    }


def build(net):
    b2.defaultclock.dt = net["dt"] * b2.ms
    count, stdp, scaling = net["neurons"], net["stdp"], net["scaling"]
    constants = {k: v for k, v in net.items() if isinstance(v, float) and k not in ("dt", "duration", "V0")}
    neurons = b2.NeuronGroup(
        count, NEURON, threshold="V > 0", refractory="V > 0", reset="count += 1", method="rk4", namespace=constants
    )
    V = net["V0"]
    neurons.V = V
    am, bm = 1 / special_exprel(-(V + 40) / 10), 4 * np.exp(-(V + 65) / 18)
    ah, bh = 0.07 * np.exp(-(V + 65) / 20), 1 / (1 + np.exp(-(V + 35) / 10))
    an, bn = 0.1 / special_exprel(-(V + 55) / 10), 0.125 * np.exp(-(V + 65) / 80)
    neurons.m, neurons.h, neurons.n = am / (am + bm), ah / (ah + bh), an / (an + bn)
    every, keep = scaling["every"], float(np.exp(-scaling["every"] / scaling["tauRate"]))
    neurons.rate = scaling["targetRate"]
    neurons.run_regularly(
        f"rate = {keep}*rate + {1 - keep}*1000*count/{every}\ncount = 0", dt=every * b2.ms, order=0
    )
    # Ten sources per neuron together make its background.
    background = b2.PoissonInput(
        neurons, "ge", N=10, rate=net["background"]["rate"] / 10 * b2.Hz, weight=net["background"]["weight"]
    )

    edges = {k: np.asarray(net[k]) for k in ("source", "target", "weight", "delay")}
    inhibitory = np.asarray(net["inhibitory"], dtype=bool)
    parts = []
    excitatory = b2.Synapses(
        neurons, neurons, PLASTIC,
        # The delay is dendritic, as in wbe and NEST: the synapse sees the presynaptic spike at once, the postsynaptic
        # one after the delay, and the conductance reaches the soma after the delay.
        on_pre={"deliver": "ge_post += w", "learn": "w = clip(w - AMinus*wMax*y, 0, wMax)\nx += 1"},
        on_post="w = clip(w + APlus*wMax*x, 0, wMax)\ny += 1", namespace=stdp,
    )
    inhibition = b2.Synapses(neurons, neurons, "w : 1", on_pre="gi_post += w")
    for synapses, chosen in ((excitatory, ~inhibitory), (inhibition, inhibitory)):
        if not chosen.any():
            continue
        synapses.connect(i=edges["source"][chosen], j=edges["target"][chosen])
        synapses.w = edges["weight"][chosen]
        delay = edges["delay"][chosen] * b2.ms
        if synapses is excitatory:
            synapses.deliver.delay = synapses.post.delay = delay
        else:
            synapses.pre.delay = delay
        parts.append(synapses)
    if excitatory in parts:
        target, strength = scaling["targetRate"], every / scaling["tau"]
        excitatory.run_regularly(
            f"w = clip(w*(1 + {strength}*({target} - rate_post)/{target}), 0, wMax)", dt=every * b2.ms, order=1
        )
    spikes = b2.SpikeMonitor(neurons)
    voltage = b2.StateMonitor(neurons, "V", record=True, dt=net["recordEvery"] * b2.ms)
    return b2.Network(neurons, background, *parts, spikes, voltage), spikes, excitatory, parts


def special_exprel(x):
    return np.expm1(x) / x if x else 1.0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--network")
    parser.add_argument("--mode", choices=["standalone", "cython", "numpy"], default="standalone")
    parser.add_argument("--directory", help="build folder of the standalone mode; a temporary one otherwise")
    options = parser.parse_args()
    net = dict(DEFAULTS)
    if options.network:
        net.update(json.loads(pathlib.Path(options.network).read_text()))
    else:
        net.update(random_edges(net["neurons"]))
    net = {k: float(v) if isinstance(v, int) and k != "neurons" else v for k, v in net.items()}

    times = {"importSeconds": time.perf_counter() - START}
    with tempfile.TemporaryDirectory() as temporary:
        directory = options.directory or temporary
        if options.mode == "standalone":
            b2.set_device("cpp_standalone", build_on_run=False, directory=directory)
        else:
            b2.prefs.codegen.target = options.mode
        start = time.perf_counter()
        network, spikes, excitatory, parts = build(net)
        network.run(net["duration"] * b2.ms)
        if options.mode == "standalone":
            b2.device.build(directory=directory, compile=True, run=False)
            times["buildSeconds"] = time.perf_counter() - start
            start = time.perf_counter()
            b2.device.run()
        times["runSeconds"] = time.perf_counter() - start
        times["totalSeconds"] = time.perf_counter() - START
        result = {
            "mode": options.mode, "brian2": b2.__version__, "neurons": net["neurons"], "synapses": len(net["source"]),
            "spikes": int(spikes.num_spikes),
            "meanRate": float(spikes.num_spikes / net["neurons"] / net["duration"] * 1000),
            "meanExcitatoryWeight": float(np.mean(excitatory.w)) if excitatory in parts else None, **times,
        }
    print(json.dumps(result))


main()
