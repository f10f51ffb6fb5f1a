"""Short-term plasticity: NEST's tsodyks_synapse, tsodyks2_synapse and quantal_stp_synapse on shared random trains."""

import nest
import numpy as np
from golden_file import rounded, versions, write

DT = 0.1
rng = np.random.default_rng(98)
# Bursts, single spikes and a long silence.
STEPS = np.unique(np.concatenate([rng.integers(20, 20000, 40), 25000 + np.arange(8) * 120, [60000]]))

CASES = {
    "tsodyks2, depressing": ("tsodyks2_synapse", {"U": 0.5, "tau_rec": 800.0, "tau_fac": 0.0}),
    "tsodyks2, facilitating": ("tsodyks2_synapse", {"U": 0.15, "tau_rec": 130.0, "tau_fac": 530.0}),
    "tsodyks, depressing": ("tsodyks_synapse", {"U": 0.5, "tau_rec": 800.0, "tau_fac": 0.0, "tau_psc": 3.0}),
    "tsodyks, facilitating": ("tsodyks_synapse", {"U": 0.04, "tau_rec": 100.0, "tau_fac": 1000.0, "tau_psc": 30.0}),
}
QUANTAL = {"n": 5, "U": 0.35, "tau_rec": 200.0, "tau_fac": 150.0}
TRIALS = 20000


def events(model, parameters, copies):
    """(time, weight) of what the copies of a synapse send."""
    nest.ResetKernel()
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.resolution = DT
    nest.rng_seed = 7
    source = nest.Create("spike_generator", params={"spike_times": np.round((STEPS - 10) * DT, 1)})
    pre, post = nest.Create("parrot_neuron"), nest.Create("parrot_neuron", copies)
    nest.Connect(source, pre, syn_spec={"delay": 1.0})
    watch = nest.Create("weight_recorder")
    nest.CopyModel(model, "watched", {"weight_recorder": watch})
    # NEST starts with u = 0.5 and one vesicle unless told: at rest the first spike finds U and all of them.
    rest = {} if model == "tsodyks_synapse" else {"u": parameters["U"]}
    if "n" in parameters:
        rest["a"] = parameters["n"]
    nest.Connect(pre, post, syn_spec={"synapse_model": "watched", "receptor_type": 1, "delay": 1.0, "weight": 1.0, **parameters, **rest})
    nest.Simulate(STEPS[-1] * DT + 10)
    return np.array(watch.events["times"]), np.array(watch.events["weights"])


def two_variables(p):
    """Release at each spike, by u and x from spike to spike."""
    u, x, last, sent = 0.0, 1.0, None, []
    for step in STEPS:
        if last is not None:
            gap = (step - last) * DT
            u *= np.exp(-gap / p["tau_fac"]) if p["tau_fac"] > 0 else 0.0
            x = 1 - (1 - x) * np.exp(-gap / p["tau_rec"])
        u += p["U"] * (1 - u)
        sent.append(u * x)
        x -= u * x
        last = step
    return np.array(sent)


data = {"cases": {}}
for name, (model, parameters) in CASES.items():
    times, weights = events(model, parameters, 1)
    assert len(weights) == len(STEPS)
    weights = weights[np.argsort(times)]
    if model == "tsodyks2_synapse":
        assert np.abs(weights - two_variables(parameters)).max() < 1e-12
    data["cases"][name] = {"model": model, "parameters": parameters, "weights": rounded(weights)}

times, weights = events("quantal_stp_synapse", QUANTAL, TRIALS)
# A synapse that releases nothing sends nothing. NEST records the time of the spike.
counts = [np.round(weights[np.rint(times / DT) == step]).astype(int) for step in STEPS]
sums = np.array([c.sum() for c in counts])
squares = np.array([(c**2).sum() for c in counts])
mean = sums / TRIALS
# The mean of a binomial cascade is n·u·x of the two variables.
assert np.abs(mean - QUANTAL["n"] * two_variables(QUANTAL)).max() < 0.06
data["quantal"] = {
    "parameters": QUANTAL,
    "trials": TRIALS,
    "mean": rounded(mean, 7),
    "variance": rounded(squares / TRIALS - mean**2, 7),
}

write(
    "release",
    "Releases of NEST's short-term plastic synapses: weights sent at each presynaptic spike, and their statistics",
    __file__,
    versions("nest-simulator", "numpy"),
    {"dt": DT, "pre_steps": [int(s) for s in STEPS]},
    {
        "pre_steps": "spikes in steps of dt ms; weight 1; weights are what NEST's weight_recorder sees at each of them",
        "quantal": "mean and variance over trials of the number of quanta at each spike",
    },
    data,
)
