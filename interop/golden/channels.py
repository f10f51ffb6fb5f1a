"""One compartment with one channel or a set of them, in NEURON with the Allen Institute's own mechanism files."""

import os
import pathlib
import tempfile

os.environ.setdefault("NEURON_MODULE_OPTIONS", "-nogui")
from allen_mechanisms import BLUEPYOPT, BMTK, compile_mechanisms  # noqa: E402
from golden_file import rounded, versions, write  # noqa: E402
from neuron import h  # noqa: E402

DT, DURATION, CELSIUS = 0.025, 120.0, 34.0
# pA from onset to end, ms; the cell is a sphere of 20 um with a leak
STEPS = [(10.0, 30.0, 100.0), (40.0, 60.0, -150.0), (70.0, 110.0, 300.0)]
GBAR = {"NaTs": 0.05, "NaTa": 0.05, "NaV": 0.05, "Nap": 0.002, "Kd": 0.005, "K_P": 0.01, "K_T": 0.01, "Kv2like": 0.02, "Kv3_1": 0.02,
        "SKv3_1": 0.02, "Im": 0.005, "Im_v2": 0.005, "Ih": 0.001, "Ca_HVA": 0.001, "Ca_LVA": 0.005}
NAMES = {"SKv3_1": "gSKv3_1bar"}
SETS = {name: [name] for name in GBAR} | {
    "HH": ["hh"],
    "calcium": ["Ca_HVA", "Ca_LVA", "CaDynamics", "SK"],
    "all": ["NaTs", "Nap", "K_P", "K_T", "Kv3_1", "Im", "Ih", "Ca_HVA", "Ca_LVA", "CaDynamics", "SK"],
}


def run(mechanisms):
    soma = h.Section(name="soma")
    soma.L = soma.diam = 20
    soma.cm, soma.Ra = 1, 100
    soma.insert("pas")
    soma.g_pas, soma.e_pas = 1e-4, -75
    for name in mechanisms:
        soma.insert(name)
        if name in GBAR:
            setattr(soma, f"{NAMES.get(name, 'gbar')}_{name}", GBAR[name])
    if mechanisms == ["hh"]:
        soma.gl_hh = 0
    if "SK" in mechanisms:
        soma.gbar_SK = 0.005
        soma.gamma_CaDynamics, soma.decay_CaDynamics = 0.02, 200
    if hasattr(soma(0.5), "ena"):
        soma.ena = 53
    if hasattr(soma(0.5), "ek"):
        soma.ek = -107
    # Without a pool NEURON leaves eca as it is given.
    if hasattr(soma(0.5), "eca") and "CaDynamics" not in mechanisms:
        soma.eca = 120
    clamps = []
    for onset, end, amplitude in STEPS:
        clamp = h.IClamp(soma(0.5))
        clamp.delay, clamp.dur, clamp.amp = onset, end - onset, amplitude / 1000
        clamps.append(clamp)
    v = h.Vector().record(soma(0.5)._ref_v, 1.0)
    h.celsius = 6.3 if mechanisms == ["hh"] else CELSIUS
    h.usetable_hh = 0
    h.dt, h.steps_per_ms = DT, round(1 / DT)
    h.finitialize(-75)
    h.continuerun(DURATION)
    assert len(v) == DURATION + 1
    return rounded(v, 10)


with tempfile.TemporaryDirectory() as name:
    h.nrn_load_dll(str(compile_mechanisms(pathlib.Path(name))))
h.load_file("stdrun.hoc")
write(
    "channels",
    "potential of one compartment with channels under three current steps",
    __file__,
    versions("neuron"),
    {"dt_ms": DT, "duration_ms": DURATION, "celsius": CELSIUS, "steps_ms_ms_pA": STEPS, "gbar_S_cm2": {**GBAR, "SK": 0.005},
     "ena": 53, "ek": -107, "eca_without_pool": 120, "gamma": 0.02, "decay_ms": 200, "diameter_um": 20, "g_pas_S_cm2": 1e-4,
     "e_pas": -75, "cm_uF_cm2": 1, "start_mV": -75, "bmtk": BMTK, "bluepyopt": BLUEPYOPT},
    {"V": "mV every ms from 0 on, implicit Euler", "HH": "NEURON's hh without its table, at 6.3 degC, with the defaults of gbar and without its leak",
     "calcium": "eca by Nernst from the pool, 2 mM outside"},
    {"V": {name: run(mechanisms) for name, mechanisms in SETS.items()}},
)
