"""Potjans & Diesmann 2014 in NEST: the network of src/validation/papers/potjans-diesmann-2014.ts, whose table it is given
as JSON on standard input. Prints one line of JSON: seconds of creating and connecting (with what NEST does before the
first step) and of simulating, and the activity after 200 ms.

    pd14_nest.py [--threads T] [--seed S] < network.json

Delays that would round to less than a step, 3 % of them, are drawn again, as in the reference implementation and in wbe.

The input holds dt, duration, cell (NEST's parameters), populations [{name, size, rate (Hz of Poisson input), weight (pA),
current (pA)}] and projections [{from, to, n, weight: [mean, sd], delay: [mean, sd]}].
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


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    network = json.load(sys.stdin)
    dt, duration = network["dt"], float(network["duration"])
    nest.set_verbosity("M_ERROR")
    nest.ResetKernel()
    nest.local_num_threads = options.threads
    nest.resolution = dt
    nest.rng_seed = options.seed
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    cells = {}
    recorder = nest.Create("spike_recorder", 1, {"record_to": "memory"})
    for population in network["populations"]:
        name = population["name"]
        cells[name] = nest.Create("iaf_psc_exp", population["size"], {**network["cell"], "I_e": population["current"]})
        cells[name].V_m = nest.random.normal(-58.0, 10.0)
        noise = nest.Create("poisson_generator", 1, {"rate": population["rate"]})
        nest.Connect(noise, cells[name], syn_spec={"weight": population["weight"], "delay": 1.5})
        nest.Connect(cells[name], recorder)
    for projection in network["projections"]:
        mean, sd = projection["weight"]
        bounds = {"min": 0.0} if mean > 0 else {"max": 0.0}
        delay = nest.math.redraw(nest.random.normal(*projection["delay"]), min=dt - 0.5 * dt, max=np.inf)
        nest.Connect(
            cells[projection["from"]], cells[projection["to"]],
            {"rule": "fixed_total_number", "N": projection["n"], "allow_autapses": True, "allow_multapses": True},
            {
                "synapse_model": "static_synapse",
                "weight": nest.math.redraw(nest.random.normal(mean, sd), **({"min": -np.inf, "max": np.inf} | bounds)),
                "delay": delay,
            },
        )
    nest.Prepare()
    built = time.perf_counter()
    nest.Run(duration)
    ran = time.perf_counter()
    nest.Cleanup()
    events = recorder.events
    times, senders = np.asarray(events["times"]), np.asarray(events["senders"])
    late = min(200.0, duration / 2)
    print(json.dumps({
        "nest": nest.__version__, "threads": options.threads,
        "neurons": sum(p["size"] for p in network["populations"]),
        "synapses": sum(p["n"] for p in network["projections"]),
        "buildSeconds": built - start, "runSeconds": ran - built, "spikes": len(times),
        "bytes": 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before),
        "activity": {
            name: activity(times, senders, cell[0].global_id, len(cell), late, duration)
            for name, cell in cells.items()
        },
    }))


main()
