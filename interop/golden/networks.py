"""Activity of the networks of src/validation/papers in the peers, over several draws: mean, standard error, and the
standard deviation of a single draw. Writes test/golden/networks.json. Takes some twenty minutes; not part of make.sh.

    networks.py PD14.json [NAME…]     the network as bench/peers/pd14-network.ts prints it ("-" where it is not needed);
                                      only the named ones are renewed

Brian2 runs the networks of Brette et al. 2007 and Vogels & Abbott 2005, NEST Brunel 2000 and Potjans & Diesmann 2014,
NumPy the program of Izhikevich 2003 as the paper prints it, and with the millisecond more that a spike takes in wbe.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench" / "peers"))
from activity import activity  # noqa: E402

from golden_file import FOLDER, versions, write  # noqa: E402


def call(script, *args, stdin=None):
    command = [sys.executable, str(ROOT / "bench" / "peers" / script), *map(str, args)]
    text = subprocess.run(command, check=True, capture_output=True, text=True, input=stdin).stdout
    return json.loads(text.strip().split("\n")[-1])


def brian(network, runs=10, **options):
    with tempfile.TemporaryDirectory() as folder:
        args = [part for name, value in options.items() for part in (f"--{name}", value)]
        call("brette_brian2.py", "--network", network, "--seed", 0, "--directory", folder, *args)
        return [run["activity"] for run in call("brette_brian2.py", "--again", folder, "--runs", runs)]


def brunel(g, eta, scale, seeds, duration=1000):
    args = ("--g", g, "--eta", eta, "--scale", scale, "--duration", duration)
    return [call("brunel_nest.py", *args, "--seed", seed)["activity"] for seed in range(1, seeds + 1)]


def izhikevich(seed, extra_delay, duration=1000):
    rng = np.random.default_rng(seed)
    ne, ni = 800, 200
    re, ri = rng.random(ne), rng.random(ni)
    a = np.r_[np.full(ne, 0.02), 0.02 + 0.08 * ri]
    b = np.r_[np.full(ne, 0.2), 0.25 - 0.05 * ri]
    c = np.r_[-65 + 15 * re**2, np.full(ni, -65.0)]
    d = np.r_[8 - 6 * re**2, np.full(ni, 2.0)]
    S = np.c_[0.5 * rng.random((ne + ni, ne)), -rng.random((ne + ni, ni))]
    v = np.full(ne + ni, -65.0)
    u = b * v
    times, senders, waiting = [], [], np.zeros(ne + ni)
    for t in range(1, duration + 1):
        current = np.r_[5 * rng.standard_normal(ne), 2 * rng.standard_normal(ni)]
        fired = np.flatnonzero(v >= 30)
        times += [t] * len(fired)
        senders += list(fired)
        v[fired] = c[fired]
        u[fired] += d[fired]
        sent = S[:, fired].sum(axis=1)
        current += waiting if extra_delay else sent
        waiting = sent
        v += 0.5 * (0.04 * v**2 + 5 * v + 140 - u + current)
        v += 0.5 * (0.04 * v**2 + 5 * v + 140 - u + current)
        u += a * (b * v - u)
    spikes = np.array(times, float), np.array(senders)
    return {"exc": activity(*spikes, 0, ne, 200, duration), "inh": activity(*spikes, ne, ni, 200, duration)}


def significant(value):
    return float(f"{value:.5g}")


def summary(runs):
    result = {}
    for name in runs[0]:
        result[name] = {}
        for measure in ("rate", "cv", "synchrony", "frequency"):
            values = [run[name][measure] for run in runs if run[name][measure] is not None]
            if len(values) < 2:
                continue
            result[name][measure] = {
                "mean": significant(np.mean(values)), "sd": significant(np.std(values, ddof=1)),
                "se": significant(np.std(values, ddof=1) / np.sqrt(len(values))),
            }
    return {"draws": len(runs), "activity": result}


def pd14(network, seeds):
    return [call("pd14_nest.py", "--seed", seed, stdin=network)["activity"] for seed in range(1, seeds + 1)]


def main():
    network = pathlib.Path(sys.argv[1]).read_text() if sys.argv[1] != "-" else ""
    networks = {
        "coba": lambda: brian("coba"), "cuba": lambda: brian("cuba"), "cobahh": lambda: brian("cobahh"),
        "vogels-abbott": lambda: brian("cuba", size=10000, inputs=200),
        "brunel-0.1-ai": lambda: brunel(5, 2, 0.1, 10),
        "brunel-si-fast": lambda: brunel(6, 4, 1, 6), "brunel-ai": lambda: brunel(5, 2, 1, 6),
        "brunel-si-slow": lambda: brunel(4.5, 0.9, 1, 8), "brunel-0.4-sr": lambda: brunel(3, 2, 0.4, 6, 400),
        "izhikevich-printed": lambda: [izhikevich(seed, False) for seed in range(1, 21)],
        "izhikevich": lambda: [izhikevich(seed, True) for seed in range(1, 21)],
        "potjans-diesmann-0.1": lambda: pd14(network, 8),
    }
    wanted = sys.argv[2:] or list(networks)
    kept = json.loads((FOLDER / "networks.json").read_text())["networks"] if sys.argv[2:] else {}
    renewed = {name: summary(networks[name]()) for name in wanted}
    write(
        "networks", "activity of published networks over several draws, from 200 ms to the end", __file__,
        versions("brian2", "nest-simulator", "numpy"), {"dt_ms": 0.1, "duration_ms": 1000, "duration_ms of brunel-0.4-sr": 400},
        {
            "rate": "Hz", "cv": "mean CV of intervals of neurons with at least 5 spikes",
            "synchrony": "variance over mean of the spike count in 1 ms", "frequency": "Hz, Welch, 200 ms windows, from 10 Hz",
            "sd": "of one draw (network and input drawn anew)", "se": "of the mean",
        },
        {"networks": {**kept, **renewed}},
    )


if __name__ == "__main__":
    main()
