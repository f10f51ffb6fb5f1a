"""One compartment with mechanisms of our own (mechanisms/*.mod) in NEURON: the files that the NMODL reader is tested with."""

import os
import pathlib
import subprocess
import sys
import tempfile

os.environ.setdefault("NEURON_MODULE_OPTIONS", "-nogui")
from golden_file import rounded, versions, write  # noqa: E402
from neuron import h  # noqa: E402

MECHANISMS = pathlib.Path(__file__).with_name("mechanisms")
DT, DURATION, CELSIUS, DIAMETER = 0.025, 120.0, 30.0, 12.0
STEPS = [(10.0, 40.0, 60.0), (60.0, 100.0, -30.0)]
# mechanism → others in the compartment, and what is recorded besides the potential
SETS = {
    "axon": (["axon"], []),
    "scheme": (["scheme", "axon"], ["O_scheme"]),
    "shells": (["caghk", "shells"], ["cai"]),
    "pump": (["caghk", "pump"], ["cai"]),
    "outside": (["axon", "outside"], ["ko", "ek"]),
    "nmdalike": ([], []),
}
ARRIVALS, WEIGHT = [5.0, 15.0, 18.0, 70.0], 0.002


def run(name):
    mechanisms, others = SETS[name]
    soma = h.Section(name="soma")
    soma.L = soma.diam = DIAMETER
    soma.cm, soma.Ra = 1, 100
    soma.insert("pas")
    soma.g_pas, soma.e_pas = 1e-4, -70
    for mechanism in mechanisms:
        soma.insert(mechanism)
    keep = []
    if "axon" in mechanisms:
        soma.ena = 50
        if name == "outside":
            h.ki0_k_ion = 120
        else:
            soma.ek = -85
    if "caghk" in mechanisms:
        soma.pbar_caghk, soma.cao = 2e-4, 2
    if name == "nmdalike":
        synapse = h.NmdaLike(soma(0.5))
        wire = h.NetCon(None, synapse)
        wire.weight[0] = WEIGHT
        handler = h.FInitializeHandler(lambda: [wire.event(t) for t in ARRIVALS])
        keep += [synapse, wire, handler]
    for onset, end, amplitude in STEPS:
        clamp = h.IClamp(soma(0.5))
        clamp.delay, clamp.dur, clamp.amp = onset, end - onset, amplitude / 1000
        keep.append(clamp)
    names = ["v", *others]
    recorded = {key: h.Vector().record(getattr(soma(0.5), f"_ref_{key}"), 1.0) for key in names}
    h.celsius = CELSIUS
    # The synapse is compared with another scheme, so both take small steps.
    dt = DT / 5 if name == "nmdalike" else DT
    h.dt, h.steps_per_ms = dt, round(1 / dt)
    h.finitialize(-75)
    h.continuerun(DURATION + dt)
    assert len(recorded["v"]) >= DURATION + 1
    return {key: rounded(list(vector)[: round(DURATION) + 1], 10) for key, vector in recorded.items()}


with tempfile.TemporaryDirectory() as folder:
    nrnivmodl = pathlib.Path(sys.executable).with_name("nrnivmodl")
    subprocess.run([nrnivmodl, str(MECHANISMS)], check=True, cwd=folder, capture_output=True)
    h.nrn_load_dll(str(next(pathlib.Path(folder).glob("*/libnrnmech.so"))))
h.load_file("stdrun.hoc")
h.usetable_axon = 0
write(
    "nmodl",
    "one compartment with mechanisms of our own under two current steps",
    __file__,
    versions("neuron"),
    {"dt_ms": DT, "duration_ms": DURATION, "celsius": CELSIUS, "steps_ms_ms_pA": STEPS, "diameter_um": DIAMETER, "start_mV": -75,
     "arrivals_ms": ARRIVALS, "weight_uS": WEIGHT},
    {"v": "mV every ms from 0 on, implicit Euler", "cai": "mM", "ko": "mM"},
    {"sets": {name: run(name) for name in SETS}},
)
