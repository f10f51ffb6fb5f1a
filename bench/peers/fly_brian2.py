"""The fly brain model of Shiu et al. 2024 in Brian2, C++ standalone, on a wiring and input that wbe has written. Equations,
reset, refractoriness and order of events are those of the published program; input spikes are given, not drawn.

    fly_brian2.py FOLDER [--duration MS]    builds a program in FOLDER/brian2 and runs it
    fly_brian2.py FOLDER --again            runs it again

FOLDER holds source.u32, target.u32, weight.f32 (mV) of the connections, input-step.u32 and input-neuron.u32 of the input,
and sizes.json. Writes spikes.u32: pairs of step (its end, as wbe counts) and neuron, sorted. Prints one line of JSON.
"""

import time

START = time.perf_counter()

import argparse  # noqa: E402
import json  # noqa: E402
import pathlib  # noqa: E402
import subprocess  # noqa: E402

import numpy as np  # noqa: E402


def read_results(folder):
    results = folder / "brian2" / "results"
    column = lambda name, dtype: np.fromfile(  # noqa: E731
        next(results.glob(f"_dynamic_array_spikemonitor_{name}_*")), dtype
    )
    steps = np.rint(column("t", np.float64) * 1e4).astype(np.uint32) + 1
    neurons = column("i", np.int32).astype(np.uint32)
    order = np.lexsort((neurons, steps))
    np.stack([steps[order], neurons[order]], axis=1).tofile(folder / "spikes.u32")
    return {
        "runSeconds": float((results / "last_run_info.txt").read_text().split()[0]), "spikes": len(steps),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--duration", type=float, default=1000)
    parser.add_argument("--again", action="store_true")
    options = parser.parse_args()
    folder = pathlib.Path(options.folder)
    if options.again:
        subprocess.run(["./main"], cwd=folder / "brian2", check=True, stdout=subprocess.DEVNULL)
        print(json.dumps(read_results(folder)))
        return

    import brian2 as b2
    from brian2 import ms, mV

    sizes = json.loads((folder / "sizes.json").read_text())
    b2.set_device("cpp_standalone", build_on_run=False, directory=str(folder / "brian2"))
    b2.prefs.devices.cpp_standalone.openmp_threads = 0
    b2.defaultclock.dt = 0.1 * ms
    names = {"v_0": -52 * mV, "v_th": -45 * mV, "t_mbr": 20 * ms, "tau": 5 * ms}
    neurons = b2.NeuronGroup(
        sizes["neurons"],
        """dv/dt = (v_0 - v + g) / t_mbr : volt (unless refractory)
           dg/dt = -g / tau : volt (unless refractory)
           rfc : second""",
        method="linear", threshold="v > v_th", reset="v = v_0; g = 0*mV", refractory="rfc", namespace=names,
    )
    neurons.v = names["v_0"]
    refractory = np.full(sizes["neurons"], 2.2)
    driven = np.array(sizes["driven"])
    refractory[driven] = 0
    neurons.rfc = refractory * ms
    read = lambda name, dtype: np.fromfile(folder / name, dtype)  # noqa: E731
    synapses = b2.Synapses(neurons, neurons, "w : volt", on_pre="g += w", delay=1.8 * ms)
    synapses.connect(i=read("source.u32", np.uint32).astype(np.int32), j=read("target.u32", np.uint32).astype(np.int32))
    synapses.w = read("weight.f32", np.float32).astype(float) * mV
    # An arrival at step s is added by Brian2 at the end of step s - 1.
    place = np.searchsorted(driven, read("input-neuron.u32", np.uint32))
    source = b2.SpikeGeneratorGroup(len(driven), place, (read("input-step.u32", np.uint32) - 1.0) * 0.1 * ms)
    kick = b2.Synapses(source, neurons, on_pre="v_post += 250*0.275*mV")
    kick.connect(i=np.arange(len(driven)), j=driven)
    spikes = b2.SpikeMonitor(neurons)
    network = b2.Network(neurons, synapses, source, kick, spikes)
    network.run(options.duration * ms)
    b2.device.build(directory=str(folder / "brian2"), compile=True, run=False)
    built = time.perf_counter()
    b2.device.run()
    print(json.dumps({"brian2": b2.__version__, "buildSeconds": built - START, **read_results(folder)}))


main()
