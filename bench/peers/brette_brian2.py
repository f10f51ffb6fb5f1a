"""Benchmarks of Brette et al. 2007 in Brian2, C++ standalone: the networks of src/validation/papers/brette-2007.ts.
Prints one line of JSON: seconds, and the activity after 200 ms.

    brette_brian2.py --network coba|cuba|cobahh [--precision f64|f32] [--size N] [--threads T] [--duration MS] [--inputs K] [--seed S] [--directory D]
    brette_brian2.py --again D [--runs R]     runs a built program again; after --seed 0 each run draws a new network

buildSeconds is code generation and g++; connectSeconds is the program outside its loop (creating the network and writing
results); runSeconds is the loop alone, as Brian2 measures it.
"""

import time

START = time.perf_counter()

import argparse  # noqa: E402
import json  # noqa: E402
import pathlib  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402

import numpy as np  # noqa: E402

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from activity import activity  # noqa: E402


def again(directory, runs):
    results = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(["./main"], cwd=directory, check=True, stdout=subprocess.DEVNULL)
        total = time.perf_counter() - start
        run = loop_seconds(directory)
        results.append({"runSeconds": run, "connectSeconds": total - run, **read_spikes(directory)})
    print(json.dumps(results))


def loop_seconds(directory):
    return float((pathlib.Path(directory) / "results" / "last_run_info.txt").read_text().split()[0])


def read_spikes(directory):
    """Spikes of the last run, from the files that the program wrote."""
    folder = pathlib.Path(directory)
    size, duration = json.loads((folder / "wbe.json").read_text())
    column = lambda name, dtype: np.fromfile(  # noqa: E731
        next((folder / "results").glob(f"_dynamic_array_spikemonitor_{name}_*")), dtype
    )
    times, senders = 1000 * column("t", np.float64), column("i", np.int32)
    inhibitory = round(size / 5)
    bounds = {"exc": (0, size - inhibitory), "inh": (size - inhibitory, inhibitory)}
    late = min(200.0, duration / 2)
    return {
        "spikes": len(times),
        "activity": {name: activity(times, senders, *bound, late, duration) for name, bound in bounds.items()},
    }


if "--again" in sys.argv:
    parser = argparse.ArgumentParser()
    parser.add_argument("--again")
    parser.add_argument("--runs", type=int, default=1)
    options = parser.parse_args()
    again(options.again, options.runs)
    sys.exit()

import brian2 as b2  # noqa: E402
from brian2 import ms, mV, nS, pF  # noqa: E402

CONDUCTANCES = """
    dge/dt = -ge/(5*ms) : siemens
    dgi/dt = -gi/(10*ms) : siemens
"""
COBA = CONDUCTANCES + """
    dv/dt = (10*nS*(-60*mV - v) + ge*(0*mV - v) + gi*(-80*mV - v))/(200*pF) : volt (unless refractory)
"""
CUBA = """
    dv/dt = (ge + gi - (v + 49*mV))/(20*ms) : volt (unless refractory)
    dge/dt = -ge/(5*ms) : volt
    dgi/dt = -gi/(10*ms) : volt
"""
COBAHH = CONDUCTANCES + """
    dv/dt = (10*nS*(-60*mV - v) + ge*(0*mV - v) + gi*(-80*mV - v)
             + 20000*nS*m**3*h*(50*mV - v) + 6000*nS*n**4*(-90*mV - v))/(200*pF) : volt
    dm/dt = am*(1 - m) - bm*m : 1
    dh/dt = ah*(1 - h) - bh*h : 1
    dn/dt = an*(1 - n) - bn*n : 1
    am = 0.32*4/exprel((13*mV - v + VT)/(4*mV))/ms : Hz
    bm = 0.28*5/exprel((v - VT - 40*mV)/(5*mV))/ms : Hz
    ah = 0.128*exp((17*mV - v + VT)/(18*mV))/ms : Hz
    bh = 4./(1 + exp((40*mV - v + VT)/(5*mV)))/ms : Hz
    an = 0.032*5/exprel((15*mV - v + VT)/(5*mV))/ms : Hz
    bn = 0.5*exp((10*mV - v + VT)/(40*mV))/ms : Hz
"""


def build(name, size, inputs, seed):
    b2.defaultclock.dt = 0.1 * ms
    if seed:
        b2.seed(seed)
    inhibitory = round(size / 5)
    excitatory = size - inhibitory
    if name == "cobahh":
        # No reset: a spike is an upward crossing, which "refractory while above" makes of a level.
        neurons = b2.NeuronGroup(
            size, COBAHH, threshold="v > -20*mV", refractory="v > -20*mV", method="exponential_euler",
            namespace={"VT": -63 * mV},
        )
        neurons.v = "-65*mV + 5*mV*randn()"
    else:
        neurons = b2.NeuronGroup(
            size, COBA if name == "coba" else CUBA, threshold="v > -50*mV", reset="v = -60*mV", refractory=5 * ms,
            method="exponential_euler" if name == "coba" else "exact",
        )
        neurons.v = "-60*mV + 10*mV*rand()"
    we, wi = (1.62 * mV, -9 * mV) if name == "cuba" else (6 * nS, 67 * nS)
    p = inputs / size
    parts = []
    for source, receptor, weight in ((neurons[:excitatory], "ge", we), (neurons[excitatory:], "gi", wi)):
        synapses = b2.Synapses(
            source, neurons, on_pre=f"{receptor} += weight", delay=0.1 * ms, namespace={"weight": weight}
        )
        synapses.connect(p=p)
        parts.append(synapses)
    if name != "cuba":
        # 300 Hz of input to each excitatory neuron for 50 ms, drawn beforehand so that it costs nothing afterwards.
        rng = np.random.default_rng(seed or None)
        counts = rng.poisson(300 * 0.05, excitatory)
        indices = np.repeat(np.arange(excitatory), counts)
        steps = rng.integers(0, 500, len(indices))
        unique = np.unique(np.stack([steps, indices]), axis=1)
        start = b2.SpikeGeneratorGroup(excitatory, unique[1], unique[0] * 0.1 * ms)
        kick = b2.Synapses(start, neurons[:excitatory], on_pre="ge += weight", namespace={"weight": we})
        kick.connect(j="i")
        parts += [start, kick]
    return b2.Network(neurons, b2.SpikeMonitor(neurons), *parts)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--network", choices=["coba", "cuba", "cobahh"], required=True)
    parser.add_argument("--precision", choices=["f64", "f32"], default="f64", help="float type of states and parameters")
    parser.add_argument("--size", type=int, default=4000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--duration", type=float, default=1000)
    parser.add_argument("--inputs", type=int, default=80, help="mean number of a neuron's inputs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--directory")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        directory = options.directory or temporary
        b2.prefs.core.default_float_dtype = np.float32 if options.precision == "f32" else np.float64
        b2.set_device("cpp_standalone", build_on_run=False, directory=directory)
        # One thread: the plain program, without OpenMP.
        b2.prefs.devices.cpp_standalone.openmp_threads = options.threads if options.threads > 1 else 0
        start = time.perf_counter()
        network = build(options.network, options.size, options.inputs, options.seed)
        network.run(options.duration * ms)
        b2.device.build(directory=directory, compile=True, run=False)
        built = time.perf_counter()
        b2.device.run()
        ran = time.perf_counter()
        run = loop_seconds(directory)
        (pathlib.Path(directory) / "wbe.json").write_text(json.dumps([options.size, options.duration]))
        print(json.dumps({
            "brian2": b2.__version__, "network": options.network, "size": options.size, "threads": options.threads,
            "buildSeconds": built - start, "connectSeconds": ran - built - run, "runSeconds": run,
            "totalSeconds": time.perf_counter() - START, **read_spikes(directory),
        }))


main()
