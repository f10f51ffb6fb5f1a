"""Membrane currents of a ball and stick in NEURON (fast_imem), and the potential that they make at electrodes by quadrature."""

import os

os.environ.setdefault("NEURON_MODULE_OPTIONS", "-nogui")
import numpy as np  # noqa: E402
from golden_file import rounded, versions, write  # noqa: E402
from neuron import h  # noqa: E402
from scipy.integrate import quad  # noqa: E402

DT, DURATION, SIGMA, AMPLITUDE = 0.025, 30.0, 0.3, 400.0
ELECTRODES = [[10.0, 50.0, 0.0], [200.0, 30.0, 40.0], [-100.0, 0.0, 0.0], [430.0, 5.0, 0.0], [150.0, 0.5, 0.0]]

h.load_file("stdrun.hoc")
soma, dend = h.Section(name="soma"), h.Section(name="dend")
for section, points in ((soma, [(0, 20), (20, 20)]), (dend, [(20, 2), (420, 2)])):
    section.pt3dclear()
    for x, diameter in points:
        section.pt3dadd(x, 0, 0, diameter)
    section.Ra, section.cm = 100, 1
    section.insert("hh")
    section.ena, section.ek = 50, -77
dend.nseg = 41
dend.connect(soma(1))
h.CVode().use_fast_imem(1)
clamp = h.IClamp(soma(0.5))
clamp.delay, clamp.dur, clamp.amp = 5, DURATION, AMPLITUDE / 1000
segments = [soma(0.5), *dend]
currents = [h.Vector().record(segment._ref_i_membrane_, 0.5) for segment in segments]
h.celsius, h.usetable_hh, h.dt, h.steps_per_ms = 6.3, 0, DT, round(1 / DT)
h.finitialize(-65)
h.continuerun(DURATION + DT)
count = round(DURATION / 0.5) + 1
matrix = 1000 * np.array([list(vector)[:count] for vector in currents])  # pA

ends = [(0.0, 20.0)] + [(20 + 400 * k / 41, 20 + 400 * (k + 1) / 41) for k in range(41)]
radii = [10.0] + [1.0] * 41


def weight(electrode, segment):
    """uV per pA: the mean of 1/(4 pi sigma distance) along the segment; nearer than its radius, the electrode stands at it."""
    x, y, z = electrode
    beside = max(np.hypot(y, z), radii[segment])
    low, high = ends[segment]
    points = [x] if low < x < high else None
    total, error = quad(lambda s: 1 / np.hypot(s - x, beside), low, high, points=points, epsabs=1e-13, epsrel=1e-12)
    assert error < 1e-9
    return total / (high - low) / (4 * np.pi * SIGMA)


weights = np.array([[weight(electrode, k) for k in range(42)] for electrode in ELECTRODES])
write(
    "extracellular",
    "membrane currents of a Hodgkin-Huxley ball and stick and the potential at electrodes",
    __file__,
    versions("neuron", "numpy", "scipy"),
    {"dt_ms": DT, "duration_ms": DURATION, "conductivity_S_m": SIGMA, "amplitude_pA": AMPLITUDE, "onset_ms": 5, "electrodes_um": ELECTRODES,
     "sample_ms": 0.5},
    {"current_pA": "every 0.5 ms of the soma, then of the first and last of 41 compartments of the dendrite, outwards",
     "potential_uV": "line sources, by numerical quadrature", "weights": "uV per pA"},
    {"current_pA": [rounded(matrix[k], 9) for k in (0, 1, 41)], "weights": [rounded(row, 12) for row in weights],
     "potential_uV": [rounded(row, 9) for row in weights @ matrix]},
)
