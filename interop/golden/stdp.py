"""Pair STDP, additive: NEST stdp_synapse on shared random trains, and the sum over all pairs by brute force."""

import nest
import numpy as np
from golden_file import on_grid, rounded, versions, write

DT, DURATION = 0.1, 2000.0
rng = np.random.default_rng(15)
# 20 and 25 Hz on the 0.1 ms grid, plus pairs that coincide at the synapse for a dendritic delay of 1 ms.
POST = np.unique(rng.integers(20, 19000, 50))
PRE = np.unique(np.concatenate([rng.integers(50, 19500, 36), POST[[5, 17, 30]] + 10]))

BASE = {"tau_plus": 20.0, "tau_minus": 25.0, "Wmax": 100.0, "mu_plus": 0.0, "mu_minus": 0.0, "weight": 50.0}
CASES = {
    "free": {**BASE, "lambda": 0.002, "alpha": 1.05, "delay": 1.0},
    "free, delay 5 ms": {**BASE, "lambda": 0.002, "alpha": 1.05, "delay": 5.0},
    "bounded": {**BASE, "lambda": 0.4, "alpha": 0.95, "delay": 1.0},
}


def simulate(case):
    nest.ResetKernel()
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.resolution = DT
    # The generators reach the parrots after 1 ms, so their times are one ms earlier than the spikes of the pair.
    trains = [np.round((steps - 10) * DT, 1) for steps in (PRE, POST)]
    sources = [nest.Create("spike_generator", params={"spike_times": train}) for train in trains]
    pre, post = nest.Create("parrot_neuron"), nest.Create("parrot_neuron")
    post.tau_minus = case["tau_minus"]
    for source, parrot in zip(sources, (pre, post)):
        nest.Connect(source, parrot, syn_spec={"delay": 1.0})
    watch = nest.Create("weight_recorder")
    nest.CopyModel("stdp_synapse", "watched", {"weight_recorder": watch})
    # Receptor 1 of a parrot takes the spike without repeating it: the post train stays the given one.
    keys = ("tau_plus", "Wmax", "mu_plus", "mu_minus", "lambda", "alpha", "delay", "weight")
    nest.Connect(pre, post, syn_spec={"synapse_model": "watched", "receptor_type": 1, **{k: case[k] for k in keys}})
    recorders = [nest.Create("spike_recorder") for _ in range(2)]
    for parrot, recorder in zip((pre, post), recorders):
        nest.Connect(parrot, recorder)
    nest.Simulate(DURATION)
    assert on_grid(recorders[0].events["times"], DT) == list(PRE)
    assert on_grid(recorders[1].events["times"], DT) == list(POST)
    order = np.argsort(watch.events["times"])
    return np.array(watch.events["weights"])[order]


def brute_force(case):
    """Weight after the depression at each presynaptic spike, and at the end with every pair applied."""
    plus = case["lambda"] * case["Wmax"]
    minus = case["alpha"] * plus
    arrivals_pre, arrivals_post = PRE * DT, POST * DT + case["delay"]
    steps_post = POST + round(case["delay"] / DT)
    weight, after_pre = case["weight"], []
    # One event at a time in order of arrival; a coincident pair contributes nothing to itself.
    for step in np.union1d(PRE, steps_post):
        if step in steps_post:
            gaps = step * DT - arrivals_pre[PRE < step]
            weight = min(weight + plus * np.exp(-gaps / case["tau_plus"]).sum(), case["Wmax"])
        if step in PRE:
            gaps = step * DT - arrivals_post[steps_post < step]
            weight = max(weight - minus * np.exp(-gaps / case["tau_minus"]).sum(), 0.0)
            after_pre.append(weight)
    return np.array(after_pre), weight


def main():
    out = {}
    for name, case in CASES.items():
        from_nest = simulate(case)
        after_pre, final = brute_force(case)
        worst = float(np.max(np.abs(from_nest - after_pre)))
        print(name, "weights", after_pre.min(), after_pre.max(), "final", final, "largest difference", worst)
        assert worst < 1e-9, worst
        out[name] = {
            "parameters": case,
            "weight_after_each_pre_spike_nest": rounded(from_nest),
            "weight_after_each_pre_spike_brute_force": rounded(after_pre),
            "final_weight_brute_force": rounded([final])[0],
        }
    write(
        "stdp-pair",
        "pair STDP, additive (mu = 0), all-to-all pairs, one synapse, given pre and post trains, 2000 ms",
        __file__,
        versions("nest-simulator", "numpy"),
        {"dt": DT, "duration_ms": DURATION, "pre_steps": [int(s) for s in PRE], "post_steps": [int(s) for s in POST],
         "trains_seed": "numpy default_rng(15)", "units": "ms, weights in the units of Wmax"},
        {"delay": "dendritic: the postsynaptic spike reaches the synapse `delay` after it was fired, the presynaptic one "
                  "at once; Delta = t_post + delay - t_pre",
         "rule": "Delta > 0: + lambda Wmax exp(-Delta/tau_plus); Delta < 0: - alpha lambda Wmax exp(Delta/tau_minus); "
                 "Delta = 0: nothing; bounded to [0, Wmax] after each event; at a coincidence the post event is first",
         "last pair": "NEST applies a pair only at the next presynaptic spike, so its last reading misses the post spikes "
                      "after it; final_weight_brute_force has them"},
        {"cases": out},
    )


main()
