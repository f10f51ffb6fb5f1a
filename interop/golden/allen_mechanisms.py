"""Mechanism files of the Allen Institute's models, compiled for NEURON.

They come from the wheels of bmtk and bluepyopt (SKv3_1), downloaded into a temporary folder and compiled with nrnivmodl;
nothing of them is kept.
"""

import pathlib
import subprocess
import sys
import zipfile

BMTK, BLUEPYOPT = "1.2.0", "1.14.26"


def corrected(text):
    """NaV.mod's equation for the steady state of I3 takes the rate bi3 (to C3) where its scheme has b13 (from I4)."""
    return text.replace("C3*fi3 + I4*bi3", "C3*fi3 + I4*b13")


def compile_mechanisms(folder):
    """Compiles the mechanisms in `folder` and returns the library to load."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
    subprocess.run([*pip, f"bmtk=={BMTK}"], check=True)
    subprocess.run([*pip, "--no-binary", ":all:", f"bluepyopt=={BLUEPYOPT}"], check=True)
    mods = folder / "mods"
    mods.mkdir()
    with zipfile.ZipFile(next(folder.glob("bmtk*.whl"))) as wheel:
        for name in wheel.namelist():
            if name.endswith(".mod") and "vecevent" not in name:
                (mods / pathlib.Path(name).name).write_text(corrected(wheel.read(name).decode()))
    archive = next(folder.glob("bluepyopt*.tar.gz"))
    member = f"bluepyopt-{BLUEPYOPT}/examples/l5pc/mechanisms/SKv3_1.mod"
    (mods / "SKv3_1.mod").write_bytes(subprocess.run(["tar", "xzOf", archive, member], check=True, capture_output=True).stdout)
    nrnivmodl = pathlib.Path(sys.executable).with_name("nrnivmodl")
    subprocess.run([nrnivmodl, str(mods)], check=True, cwd=folder, capture_output=True)
    return next(folder.glob("*/libnrnmech.so"))
