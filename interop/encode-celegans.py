"""Makes src/connectome/data/celegans-{neurons,varshney2011,cook2019}.ts from published tables.

  python3 -m venv interop/.venv && interop/.venv/bin/pip install openpyxl==3.1.5
  interop/.venv/bin/pip download --no-deps c302==0.12.1 cect==0.3.5 -d interop/.venv/tables
  interop/.venv/bin/python interop/encode-celegans.py ../shared/data/connectome interop/.venv/tables

Only facts are taken (who contacts whom how often, class, transmitter, position), re-encoded in our own layout:
- wiring: the CSV files of the reference data (Varshney 2011 NeuronConnect; Cook 2019 edge list; both MIT in c302);
- class and soma position: c302 0.12.1 (MIT), owmeta_cache.json and the soma segment of NeuroML2/<name>.cell.nml;
- transmitter: Wang et al. 2024 eLife 13:RP95402 (CC BY 4.0), supplementary file 2, as shipped in cect 0.3.5 (MIT).
"""

import collections
import csv
import glob
import io
import json
import re
import sys
import zipfile

import openpyxl

CLASS_LETTERS = {"sensory": "s", "interneuron": "i", "motor": "m"}
TRANSMITTERS = {"ACh": "ACh", "Glu": "Glu", "GABA": "GABA", "DA": "DA", "5-HT": "5HT", "tyramine": "TA", "octopamine": "OA"}


def main(reference_folder: str, tables_folder: str, out_folder: str = "src/connectome/data") -> None:
    c302 = zipfile.ZipFile(glob.glob(f"{tables_folder}/c302-*.whl")[0])
    cect = zipfile.ZipFile(glob.glob(f"{tables_folder}/cect-*.whl")[0])
    classes = read_classes(c302)
    positions = {name: read_soma(c302, name) for name in classes}
    transmitters = read_transmitters(cect)
    names = sorted(classes, key=natural_key)
    assert len(names) == 302 and set(transmitters) == set(names)
    index = {name: i for i, name in enumerate(names)}
    rows = [f"{n} {classes[n]} {transmitters[n]} {' '.join(format_um(v) for v in positions[n])}" for n in names]
    write(f"{out_folder}/celegans-neurons.ts", "celegansNeurons", NEURON_DOC, rows)

    chemical, electrical = read_varshney(f"{reference_folder}/celegans_varshney2011_neuronconnect.csv")
    assert sum(chemical.values()) == 6394 and sum(electrical.values()) == 1777
    write(
        f"{out_folder}/celegans-varshney2011.ts",
        "varshney2011",
        VARSHNEY_DOC,
        wiring_rows(index, chemical, electrical),
    )
    chemical, electrical = read_cook(f"{reference_folder}/celegans_cook2019_herm_full_edgelist.csv", index)
    write(f"{out_folder}/celegans-cook2019.ts", "cook2019", COOK_DOC, wiring_rows(index, chemical, electrical))


def natural_key(name: str):
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


def format_um(value: float) -> str:
    text = f"{value:.1f}"
    return "0" if text in ("-0.0", "0.0") else text.removesuffix(".0")


def read_classes(c302: zipfile.ZipFile) -> dict:
    info = json.loads(c302.read("c302/data/owmeta_cache.json"))["neuron_info"]
    return {n: "".join(l for c, l in CLASS_LETTERS.items() if c in row[1]) or "-" for n, row in info.items()}


def read_soma(c302: zipfile.ZipFile, name: str) -> list:
    text = c302.read(f"c302/NeuroML2/{name}.cell.nml").decode()
    segment = re.search(r'<segment id="0" name="[^"]*soma[^"]*">(.*?)</segment>', text, re.S).group(1)
    return [float(v) for v in re.search(r'<proximal x="([^"]+)" y="([^"]+)" z="([^"]+)"', segment).groups()]


def read_transmitters(cect: zipfile.ZipFile) -> dict:
    """Released transmitters in the table's order; "?" where the atlas marks them as potential. Uptake alone is not release."""
    book = openpyxl.load_workbook(io.BytesIO(cect.read("cect/data/elife-95402-supp2-v1.xlsx")))
    result = {}
    for row in book.worksheets[0].iter_rows(min_row=5, values_only=True):
        if not row[2]:
            continue
        name = {"DB1/3": "DB1", "DB3/1": "DB3"}.get(row[2].strip(), row[2].strip())
        found = []
        for cell in row[20:23]:
            text = re.sub(r"\s*-\s*NEW\s*$", "", (cell or "").strip()).strip()
            potential = text.startswith("*") or "alternative" in text
            word = text.lstrip("*").split(" ")[0].split("(")[0]
            if word in TRANSMITTERS and not re.search(r"\(uptake\)", text) and not text.startswith("male"):
                found.append(TRANSMITTERS[word] + ("?" if potential else ""))
        result[name] = ",".join(found) or "-"
    return result


def read_varshney(path: str):
    chemical, electrical = collections.Counter(), collections.Counter()
    for row in csv.DictReader(open(path)):
        pair, count = (row["Neuron 1"].strip(), row["Neuron 2"].strip()), int(float(row["Nbr"]))
        if row["Type"] in ("S", "Sp"):
            chemical[pair] += count
        elif row["Type"] == "EJ":
            electrical[pair] += count
    return chemical, electrical


def read_cook(path: str, index: dict):
    chemical, electrical = collections.Counter(), collections.Counter()
    for row in csv.DictReader(open(path)):
        pair = tuple(re.sub(r"^([A-Z]+)0(\d)$", r"\1\2", row[key].strip()) for key in ("Source", "Target"))
        if all(name in index for name in pair):
            (chemical if row["Type"].strip() == "chemical" else electrical)[pair] += int(float(row["Weight"]))
    return chemical, electrical


def wiring_rows(index: dict, chemical, electrical) -> list:
    rows = []
    for mark, edges in ((">", chemical), ("=", undirected(electrical))):
        by_source = collections.defaultdict(list)
        for (source, target), count in edges.items():
            by_source[source].append((index[target], target, count))
        for source in sorted(by_source, key=index.__getitem__):
            targets = [t if c == 1 else f"{t}:{c}" for _, t, c in sorted(by_source[source])]
            rows.append(f"{source}{mark}{' '.join(targets)}")
    return rows


def undirected(electrical):
    """One entry per unordered pair: the larger of the two directions where a table gives two numbers."""
    pairs = {}
    differing = 0
    for (a, b), count in electrical.items():
        other = electrical.get((b, a), 0)
        if natural_key(a) <= natural_key(b) or not other:
            key = (a, b) if natural_key(a) <= natural_key(b) else (b, a)
            pairs[key] = max(count, other)
            differing += count != other
    print(len(pairs), "gap-junction pairs,", differing, "with different numbers in the two directions")
    return pairs


def write(path: str, name: str, doc: str, rows: list) -> None:
    with open(path, "w") as out:
        out.write(f"/**\n{doc} *\n * Made by interop/encode-celegans.py; do not edit.\n *\n * @module\n */\n")
        out.write(f"export const {name} = `\\\n" + "\n".join(rows) + "\n`;\n")
    print(path, len(rows), "rows")


NEURON_DOC = """\
 * The 302 neurons of the adult hermaphrodite: name, class (s sensory, i interneuron, m motor; several where the
 * neuron is polymodal), transmitters in the order of the atlas ("?" potential, "-" none known), soma centre x y z
 * in um (+x left, +y posterior, +z dorsal, in the gently bent pose of the Virtual Worm model).
 *
 * Class and position: OpenWorm c302 0.12.1 (MIT). Transmitters: Wang et al. 2024, eLife 13:RP95402 (CC BY 4.0).
"""
VARSHNEY_DOC = """\
 * Wiring of Varshney et al. 2011 (PLoS Comput Biol 7:e1001066), NeuronConnect table: "A>B:3 C" are chemical contacts
 * from A (types S and Sp; 1 where no count stands), "A=B:2 C" gap junctions, each unordered pair once.
"""
COOK_DOC = """\
 * Wiring of Cook et al. 2019 (Nature 571:63), hermaphrodite, neuron to neuron: "A>B:3 C" are chemical connections
 * from A, "A=B:2 C" gap junctions, each unordered pair once. The numbers are sizes in electron-microscopic sections
 * summed over the contacts (1 where none stands), not counts of contacts. In 17 pairs the table gives different
 * sizes for the two directions of a gap junction (by one section, or one direction is missing): the larger stands here.
"""

if __name__ == "__main__":
    main(*sys.argv[1:])
