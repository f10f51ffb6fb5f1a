"""Rallpack 3, the Hodgkin–Huxley cable, in NEURON with a step of 2 us: the reference of `wbe verify cells`."""

import os

os.environ.setdefault("NEURON_MODULE_OPTIONS", "-nogui")

from golden_file import versions, write
from neuron import h

DT, DURATION, EVERY, COMPARTMENTS = 0.002, 250.0, 2.5, 999
h.load_file("stdrun.hoc")
cable = h.Section(name="cable")
cable.L, cable.diam, cable.nseg, cable.Ra, cable.cm = 1000, 1, COMPARTMENTS, 100, 1
cable.insert("hh")
cable.gl_hh, cable.el_hh, cable.ena, cable.ek = 1 / 40000, -65, 50, -77
h.celsius, h.usetable_hh = 6.3, 0
h.secondorder, h.dt, h.steps_per_ms = 2, DT, round(1 / DT)
clamp = h.IClamp(cable(0))
clamp.delay, clamp.dur, clamp.amp = 0, 1e9, 0.1
V = {name: h.Vector().record(cable(x)._ref_v) for name, x in (("near", 0.5 / COMPARTMENTS), ("far", 1 - 0.5 / COMPARTMENTS))}
h.finitialize(-65)
context = h.ParallelContext()
context.set_maxstep(10)
context.psolve(DURATION)
samples = {name: [round(v, 3) for v in list(trace)[:: round(EVERY / DT)]] for name, trace in V.items()}
assert all(len(values) == DURATION / EVERY + 1 for values in samples.values())
write(
    "rallpack-3",
    "potential at both ends of the Hodgkin–Huxley cable of Rallpack 3",
    __file__,
    versions("neuron"),
    {"dt_ms": DT, "duration_ms": DURATION, "every_ms": EVERY, "compartments": COMPARTMENTS, "method": "Crank-Nicolson"},
    {"V": "mV in the first (near) and the last (far) compartment, every 2.5 ms from 0 on; 0.1 nA into the near one"},
    {"V": samples},
)
