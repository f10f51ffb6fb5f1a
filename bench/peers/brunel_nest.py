"""Brunel 2000, model A, in NEST: the network of src/validation/papers/brunel-2000.ts. Prints one line of JSON: seconds of
creating and connecting (with what NEST does before the first step) and of simulating, and the activity after 200 ms.

    brunel_nest.py [--g G] [--eta E] [--scale S] [--threads T] [--duration MS] [--seed S] [--synapse static_synapse|static_synapse_hom_w]
                   [--plastic stdp_synapse|stdp_pl_synapse_hom]

With --plastic the excitatory synapses learn by that model, with the parameters of bench/brunel-stdp.ts. Weights are all alike: static_synapse_hom_w keeps none per synapse and is NEST's leanest; static_synapse keeps weight and
delay, as wbe keeps weights.
"""

import argparse
import json
import pathlib
import resource
import sys
import time

import nest
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from activity import activity  # noqa: E402

# Parameters of both: changes of 1 % of the initial weight for a pair at no distance, depression 1.05 times as strong.
PLASTIC = {
    "stdp_synapse": {
        "tau_plus": 20.0, "lambda": 0.005, "alpha": 1.05, "mu_plus": 0.0, "mu_minus": 0.0, "Wmax": 0.2,
    },
    "stdp_pl_synapse_hom": {"tau_plus": 20.0, "lambda": 0.0025, "alpha": 4.2, "mu": 0.4},
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--g", type=float, default=5)
    parser.add_argument("--eta", type=float, default=2)
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--duration", type=float, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--synapse", default="static_synapse")
    parser.add_argument("--plastic", choices=PLASTIC)
    options = parser.parse_args()
    nest.set_verbosity("M_ERROR")
    nest.ResetKernel()
    nest.local_num_threads = options.threads
    nest.resolution = 0.1
    nest.rng_seed = options.seed
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    scale = options.scale
    J = 0.1 / scale
    sizes = {"exc": round(10000 * scale), "inh": round(2500 * scale)}
    inputs = {"exc": round(1000 * scale), "inh": round(250 * scale)}
    neuron = {
        "C_m": 1.0, "tau_m": 20.0, "t_ref": 2.0, "E_L": 0.0, "V_reset": 10.0, "V_m": 0.0, "V_th": 20.0,
    }
    start = time.perf_counter()
    cells = {name: nest.Create("iaf_psc_delta", size, neuron) for name, size in sizes.items()}
    noise = nest.Create("poisson_generator", 1, {"rate": options.eta * 1000 * 20 / (J * 20)})
    recorder = nest.Create("spike_recorder", 1, {"record_to": "memory"})
    if options.plastic:
        for target in cells.values():
            target.tau_minus = 20.0
        learning = {**PLASTIC[options.plastic]}
        if "Wmax" in learning:
            learning["Wmax"] = 2 * J
        nest.CopyModel(options.plastic, "excitatory", {"weight": J, "delay": 1.5, **learning})
    else:
        nest.CopyModel(options.synapse, "excitatory", {"weight": J, "delay": 1.5})
    nest.CopyModel(options.synapse, "inhibitory", {"weight": -options.g * J, "delay": 1.5})
    nest.CopyModel("static_synapse", "external", {"weight": J, "delay": 1.5})
    for target in cells.values():
        nest.Connect(noise, target, syn_spec="external")
        for source, k in inputs.items():
            rule = {"rule": "fixed_indegree", "indegree": k, "allow_autapses": False, "allow_multapses": True}
            nest.Connect(cells[source], target, rule, "excitatory" if source == "exc" else "inhibitory")
        nest.Connect(target, recorder)
    nest.Prepare()
    built = time.perf_counter()
    used = resource.getrusage(resource.RUSAGE_SELF)
    nest.Run(options.duration)
    ran = time.perf_counter()
    after = resource.getrusage(resource.RUSAGE_SELF)
    nest.Cleanup()
    events = recorder.events
    times, senders = np.asarray(events["times"]), np.asarray(events["senders"])
    first = {name: cell[0].global_id for name, cell in cells.items()}
    late = min(200.0, options.duration / 2)
    result = {
        "nest": nest.__version__, "threads": options.threads, "scale": scale, "synapse": options.synapse,
        "neurons": sum(sizes.values()), "synapses": sum(sizes.values()) * sum(inputs.values()),
        "buildSeconds": built - start, "runSeconds": ran - built,
        "runCpuSeconds": after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime, "spikes": len(times),
        "bytes": 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before),
        "activity": {
            name: activity(times, senders, first[name], sizes[name], late, options.duration) for name in cells
        },
    }
    print(json.dumps(result))


main()
