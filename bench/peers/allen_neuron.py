"""Copies of one perisomatic cell of the Allen Cell Types Database in NEURON: CPU seconds of the steps. Prints one line of JSON.

    allen_neuron.py FOLDER COPIES DURATION DT AMPLITUDE_PA

The mechanisms are compiled in a temporary folder (interop/golden/allen_mechanisms.py).
"""

import json
import os
import pathlib
import sys
import tempfile
import time

os.environ.setdefault("NEURON_MODULE_OPTIONS", "-nogui")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "interop" / "golden"))
from allen_mechanisms import compile_mechanisms  # noqa: E402
import neuron  # noqa: E402
from neuron import h  # noqa: E402

folder = pathlib.Path(sys.argv[1])
copies, duration, dt, amplitude = int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4]), float(sys.argv[5])
fit = json.loads(next(folder.glob("*_fit.json")).read_text())
passive, conditions = fit["passive"][0], fit["conditions"][0]
capacitance = {entry["section"]: entry["cm"] for entry in passive["cm"]}


class Cell:
    """Import3d makes the sections attributes of it."""

    def __init__(self):
        reader = h.Import3d_SWC_read()
        reader.quiet = 1
        reader.input(str(next(folder.glob("*.swc"))))
        h.Import3d_GUI(reader, 0).instantiate(self)
        for section in getattr(self, "axon", []):
            h.delete_section(sec=section)
        self.axon = [h.Section(name=f"axon[{k}]", cell=self) for k in range(2)]
        for stub in self.axon:
            stub.L, stub.diam = 30, 1
        self.axon[0].connect(self.soma[0](0.5))
        self.axon[1].connect(self.axon[0](1))
        self.compartments = 0
        kinds = {kind: list(getattr(self, kind, [])) for kind in ("soma", "axon", "dend", "apic")}
        for kind, sections in kinds.items():
            for section in sections:
                section.nseg = 1 + 2 * int(section.L / 40)
                self.compartments += section.nseg
                section.insert("pas")
                section.Ra, section.cm, section.e_pas = passive["ra"], capacitance[kind], passive["e_pas"]
        for entry in fit["genome"]:
            for section in kinds[entry["section"]]:
                if entry["mechanism"]:
                    section.insert(entry["mechanism"])
                setattr(section, entry["name"], float(entry["value"]))
        for reversal in conditions["erev"]:
            for section in kinds[reversal["section"]]:
                section.ena, section.ek = reversal["ena"], reversal["ek"]
        self.clamp = h.IClamp(self.soma[0](0.5))
        self.clamp.delay, self.clamp.dur, self.clamp.amp = 10, 1e9, amplitude / 1000


with tempfile.TemporaryDirectory() as name:
    h.nrn_load_dll(str(compile_mechanisms(pathlib.Path(name))))
h.load_file("stdrun.hoc")
h.load_file("import3d.hoc")
cells = [Cell() for _ in range(copies)]
h.celsius, h.dt = conditions["celsius"], dt
context = h.ParallelContext()
context.set_maxstep(10)
seconds = []
for _ in range(2):
    h.finitialize(conditions["v_init"])
    start = time.process_time()
    context.psolve(duration)
    seconds.append(time.process_time() - start)
print(
    json.dumps(
        {
            "neuron": neuron.__version__,
            "seconds": min(seconds),
            "compartments": cells[0].compartments,
            "V": cells[-1].soma[0](0.5).v,
        }
    )
)
