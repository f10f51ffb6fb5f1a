"""Sections of real SWC files as NEURON's Import3d makes them, with length, area, volume and axial resistance."""

import os
import pathlib
import sys

os.environ.setdefault("NEURON_MODULE_OPTIONS", "-nogui")

from golden_file import rounded, versions, write
from neuron import h

DATA = pathlib.Path(os.environ.get("WBE_DATA", pathlib.Path(__file__).resolve().parents[3] / "shared" / "data"))
FILES = {
    "allen-human-pyramidal": "morphology/allen_human_H16.06.012.11.08.04_668616935_m.swc",
    "allen-human-bmtk": "morphology/allen_bmtk_1606013050101.swc",
    "allen-mouse-sst": "celltypes/perisomatic_472450023_Sst/Sst-IRES-Cre_Ai14-165865.03.01.01_491119181_m.swc",
    "rat-pyramidal-three-point-soma": "morphology/arbor_pyramidal.swc",
    "ca1-soma-of-nine-points": "morphology/odd/jaxley_morph_ca1_n120_250.swc",
    "fly-hemibrain": "morphology/navis_hemibrain_DA1_lPN_1734350788.swc",
}
RA, CM = 100.0, 1.0


class Cell:
    """Holds the sections that Import3d makes."""


def load(path):
    reader = h.Import3d_SWC_read()
    reader.quiet = 1
    reader.input(str(path))
    cell = Cell()
    h.Import3d_GUI(reader, 0).instantiate(cell)
    return cell


def measure(path):
    cell = load(path)
    sections = list(h.allsec())
    for section in sections:
        section.Ra, section.cm = RA, CM
        section.nseg = int((section.L / (0.1 * h.lambda_f(100, sec=section)) + 0.9) / 2) * 2 + 1
    root = next(section for section in sections if section.parentseg() is None)
    h.distance(0, root(0.5))
    # ri of a segment ends at its parent's node, which is the end of the parent where the section is joined there: the
    # sum over a section and its end is the resistance from end to end.
    ri = [sum(segment.ri() for segment in s if segment.ri() < 1e29) + s(1).ri() for s in sections]
    found = {
        "names": [s.name().split(".")[-1] for s in sections],
        "nseg": [s.nseg for s in sections],
        "length": rounded([s.L for s in sections], 9),
        "area": rounded([sum(g.area() for g in s) for s in sections], 9),
        "volume": rounded([sum(g.volume() for g in s) for s in sections], 9),
        "resistance": rounded(ri, 9),
        "distance_of_end": rounded([h.distance(s(1)) for s in sections], 9),
    }
    for section in sections:
        h.delete_section(sec=section)
    return found


h.load_file("stdrun.hoc")
h.load_file("import3d.hoc")
cells = {}
for name, file in FILES.items():
    found = measure(DATA / file)
    totals = {key: float(f"{sum(found[key]):.9g}") for key in ("nseg", "length", "area", "volume", "resistance")}
    # One file of two thousand sections is kept as totals.
    per_section = found if len(found["names"]) < 400 else {}
    cells[name] = {"file": file, "sections": len(found["names"]), "totals": totals, **per_section}

write(
    "cell-geometry",
    "length, area, volume and axial resistance of the sections of real cells",
    sys.argv[0],
    versions("neuron"),
    {"Ra_ohm_cm": RA, "cm_uF_cm2": CM, "d_lambda": 0.1, "frequency_Hz": 100},
    {
        "points": "NEURON keeps coordinates and diameters in single precision; its Import3d hands them on with 8 digits",
        "names": "soma, axon, dend, apic with a count, in the order of the file",
        "length": "um, nseg the d_lambda rule's",
        "area": "um2, volume um3: sums over the compartments of a section",
        "resistance": "axial, Mohm, from end to end of a section",
        "distance_of_end": "um, path from the middle of the first section",
    },
    {"cells": cells},
)
