"""Detailed cells in NEURON: Hodgkin–Huxley ball and stick, a cell of 128 branches, perisomatic models of the Allen Institute."""

import json
import os
import pathlib
import tempfile

os.environ.setdefault("NEURON_MODULE_OPTIONS", "-nogui")
from allen_mechanisms import BLUEPYOPT, BMTK, compile_mechanisms  # noqa: E402
from golden_file import rounded, versions, write  # noqa: E402
from neuron import h  # noqa: E402

DATA = pathlib.Path(os.environ.get("WBE_DATA", pathlib.Path(__file__).resolve().parents[3] / "shared" / "data"))
DT, DURATION, THRESHOLD = 0.025, 1000.0, -20.0
ALLEN = {
    "allen-471129934": ("perisomatic_471129934_Rbp4", 450.0),
    "allen-464198958": ("perisomatic_472450023_Sst", 100.0),
    "allen-479704527": ("perisomatic_483108201_Rbp4", 250.0),
}
ALL_ACTIVE = ("all_active_491766131/models/neuronal_model_491766131", 250.0)


def simulate(soma, amplitude, celsius, start, onset=100.0):
    clamp = h.IClamp(soma(0.5))
    clamp.delay, clamp.dur, clamp.amp = onset, DURATION, amplitude / 1000
    v = h.Vector().record(soma(0.5)._ref_v)
    h.celsius, h.usetable_hh = celsius, 0
    h.dt, h.steps_per_ms = DT, round(1 / DT)
    h.finitialize(start)
    h.continuerun(DURATION)
    v = list(v)
    # Upward crossings, by linear interpolation between steps.
    crossings = [DT * (k + (THRESHOLD - v[k]) / (v[k + 1] - v[k])) for k in range(len(v) - 1) if v[k] < THRESHOLD <= v[k + 1]]
    return {"spikes": rounded(crossings, 9), "V": rounded(v[:: round(1 / DT)], 8), "amplitude_pA": amplitude}


def clear():
    for section in list(h.allsec()):
        h.delete_section(sec=section)


def insert_hh(sections):
    for section in sections:
        section.Ra, section.cm = 100, 1
        section.insert("hh")
        section.ena, section.ek = 50, -77


def ball_and_stick():
    clear()
    soma, dend = h.Section(name="soma"), h.Section(name="dend")
    soma.L = soma.diam = 20
    dend.L, dend.diam, dend.nseg = 400, 2, 41
    dend.connect(soma(1))
    insert_hh([soma, dend])
    return simulate(soma, 400.0, 6.3, -65)


def branches():
    """A soma with a binary tree of 127 dendrites: 128 sections."""
    clear()
    soma = h.Section(name="soma")
    soma.L = soma.diam = 25
    sections, level = [soma], [(soma, 0.5)]
    for k in range(7):
        following = []
        for parent, x in level:
            for _ in range(1 if k == 0 else 2):
                dend = h.Section(name=f"dend{len(sections)}")
                dend.L, dend.diam, dend.nseg = 60 - 5 * k, 4 * 0.75**k, 3
                dend.connect(parent(x))
                sections.append(dend)
                following.append((dend, 1))
        level = following
    insert_hh(sections)
    assert len(sections) == 128
    return {**simulate(soma, 1500.0, 6.3, -65), "sections": len(sections)}


class Cell:
    """Holds the sections that Import3d makes."""


def read_morphology(folder):
    clear()
    reader = h.Import3d_SWC_read()
    reader.quiet = 1
    reader.input(str(next(folder.glob("*.swc"))))
    cell = Cell()
    h.Import3d_GUI(reader, 0).instantiate(cell)
    return cell


def stub_axon(cell, x, diameters):
    """The models were fitted with the axon cut off and two stubs in its place."""
    for section in list(h.allsec()):
        if ".axon" in section.name():
            h.delete_section(sec=section)
    stubs = [h.Section(name=f"axon_{k}") for k in range(2)]
    for stub, diameter in zip(stubs, diameters):
        stub.L, stub.diam = 30, diameter
    stubs[0].connect(cell.soma[0](x))
    stubs[1].connect(stubs[0](1))
    return stubs


def sections_by_kind():
    kinds = {}
    for section in h.allsec():
        name = section.name().split(".")[-1]
        kind = next(k for k in ("soma", "axon", "dend", "apic") if name.startswith(k))
        kinds.setdefault(kind, []).append(section)
        section.nseg = 1 + 2 * int(section.L / 40)
        section.insert("pas")
    return kinds


def set_genome(kinds, fit):
    for entry in fit["genome"]:
        for section in kinds.get(entry["section"], []):
            if entry["mechanism"]:
                section.insert(entry["mechanism"])
            setattr(section, entry["name"], float(entry["value"]))
    for reversal in fit["conditions"][0]["erev"]:
        for section in kinds[reversal["section"]]:
            section.ena, section.ek = reversal["ena"], reversal["ek"]


def run_allen(cell, folder, fit, amplitude):
    compartments = sum(section.nseg for section in h.allsec())
    conditions = fit["conditions"][0]
    return {**simulate(cell.soma[0], amplitude, conditions["celsius"], conditions["v_init"]),
            "folder": str(folder.relative_to(DATA / "celltypes")), "compartments": compartments}


def allen(folder, amplitude):
    folder = DATA / "celltypes" / folder
    fit = json.loads(next(folder.glob("*_fit.json")).read_text())
    cell = read_morphology(folder)
    stubs = stub_axon(cell, 0.5, (1, 1))  # noqa: F841 (keeps the sections)
    passive = fit["passive"][0]
    capacitance = {entry["section"]: entry["cm"] for entry in passive["cm"]}
    kinds = sections_by_kind()
    for kind, sections in kinds.items():
        for section in sections:
            section.Ra, section.cm, section.e_pas = passive["ra"], capacitance[kind], passive["e_pas"]
    set_genome(kinds, fit)
    return run_allen(cell, folder, fit, amplitude)


def all_active(folder, amplitude, axon):
    folder = DATA / "celltypes" / folder
    fit = json.loads((folder / "fit_parameters.json").read_text())
    cell = read_morphology(folder)
    stubs = None
    if axon == "stub":
        axons = [section for section in h.allsec() if ".axon" in section.name()]
        stubs = stub_axon(cell, 1, (axons[0].diam, axons[-1].diam))  # noqa: F841
    kinds = sections_by_kind()
    for sections in kinds.values():
        for section in sections:
            section.Ra = fit["passive"][0]["ra"]
    set_genome(kinds, fit)
    return {**run_allen(cell, folder, fit, amplitude), "axon": axon}


with tempfile.TemporaryDirectory() as name:
    h.nrn_load_dll(str(compile_mechanisms(pathlib.Path(name))))
h.load_file("stdrun.hoc")
h.load_file("import3d.hoc")
cells = {"ball-and-stick": ball_and_stick(), "128-branches": branches(), **{n: allen(*c) for n, c in ALLEN.items()},
         **{f"all-active-{axon}": all_active(*ALL_ACTIVE, axon) for axon in ("stub", "full")}}
for name, cell in cells.items():
    print(name, len(cell["spikes"]), "spikes")
write(
    "detailed-cells",
    "spikes and somatic potential of detailed cells under a current step",
    __file__,
    versions("neuron"),
    {"dt_ms": DT, "duration_ms": DURATION, "onset_ms": 100, "threshold_mV": THRESHOLD, "bmtk": BMTK, "bluepyopt": BLUEPYOPT},
    {"V": "mV of the soma every ms from 0 on, implicit Euler", "spikes": "ms, upward crossings between steps by a straight line"},
    {"cells": cells},
)
