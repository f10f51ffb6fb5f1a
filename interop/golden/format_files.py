"""Writes small files of formats with the tools of the field, and what they read back, for the tests of wbe/io:
test/golden/format-files.json. Needs the packages of interop/formats/requirements.txt.

MorphIO writes a Neurolucida tracing, libNeuroML a cell and a network, nibabel GIfTI in its encodings, tensorstore
precomputed volumes, osteoid a precomputed skeleton, pyarrow Parquet and Arrow tables.
"""
import base64
import importlib.metadata
import io
import os
import tempfile

import golden_file

import morphio
import morphio.mut
import neuroml
import neuroml.writers
import nibabel
import numpy as np
import osteoid
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import tensorstore

folder = tempfile.mkdtemp()


def b64(data):
    return base64.b64encode(data).decode()


def path(name):
    return os.path.join(folder, name)


def read(name):
    with open(path(name), "rb") as file:
        return file.read()


def neurolucida():
    morphology = morphio.mut.Morphology()
    morphology.soma.points = [[1, 0, 0], [0, 1, 0], [-1, 0, 0], [0, -1, 0]]
    morphology.soma.diameters = [0.1] * 4
    morphology.soma.type = morphio.SomaType.SOMA_SIMPLE_CONTOUR
    point = lambda points, diameters: morphio.PointLevel(points, diameters)
    root = morphology.append_root_section(point([[0, 1, 0], [0, 5, 0.25]], [2, 1.5]), morphio.SectionType.basal_dendrite)
    left = root.append_section(point([[0, 5, 0.25], [-5, 10, 0.5], [-6, 12, 0.5]], [1.5, 1, 0.75]))
    root.append_section(point([[0, 5, 0.25], [5, 10, -0.5]], [1.5, 1]))
    left.append_section(point([[-6, 12, 0.5], [-9, 15, 1]], [0.75, 0.5]))
    left.append_section(point([[-6, 12, 0.5], [-5, 16, 1]], [0.75, 0.5]))
    morphology.append_root_section(point([[0, -1, 0], [0, -100, 0]], [0.5, 0.25]), morphio.SectionType.axon)
    morphology.append_root_section(point([[0, 1.5, 0], [0, 80, 0]], [4, 3]), morphio.SectionType.apical_dendrite)
    morphology.write(path("a.asc"))
    again = morphio.Morphology(path("a.asc"))
    sections = [
        {
            "type": int(s.type),
            "parent": -1 if s.is_root else s.parent.id,
            "points": s.points.tolist(),
            "diameters": s.diameters.tolist(),
        }
        for s in again.iter()
    ]
    return {"file": b64(read("a.asc")), "somaCentre": again.soma.center.tolist(), "sections": sections}


def neuroml_files():
    doc = neuroml.NeuroMLDocument(id="doc")
    cell = neuroml.Cell(id="cell", notes="two segments")
    cell.morphology = neuroml.Morphology(id="m")
    p = lambda x, y, z, d: neuroml.Point3DWithDiam(x=x, y=y, z=z, diameter=d)
    cell.morphology.segments += [
        neuroml.Segment(id=0, name="soma", proximal=p(0, 0, 0, 10), distal=p(10, 0, 0, 10)),
        neuroml.Segment(id=3, name="dend", parent=neuroml.SegmentParent(segments=0), proximal=p(10, 0, 0, 2), distal=p(60, 0, 0, 2)),
        neuroml.Segment(id=5, name="dend2", parent=neuroml.SegmentParent(segments=3), distal=p(60, 40, 0, 1)),
        neuroml.Segment(id=6, name="axon", parent=neuroml.SegmentParent(segments=0, fraction_along=0), distal=p(-50, 0, 0, 1)),
    ]
    groups = {"soma_group": [0], "dend_a": [3], "dendrite_group": [5], "axon_group": [6]}
    for name, members in groups.items():
        group = neuroml.SegmentGroup(id=name)
        group.members += [neuroml.Member(segments=k) for k in members]
        cell.morphology.segment_groups.append(group)
    cell.morphology.segment_groups[2].includes.append(neuroml.Include(segment_groups="dend_a"))
    membrane = neuroml.MembraneProperties()
    membrane.channel_densities.append(
        neuroml.ChannelDensity(id="leak", ion_channel="pas", cond_density="3.0 S_per_m2", erev="-54.3 mV", ion="non_specific"))
    membrane.channel_densities.append(
        neuroml.ChannelDensity(id="na", ion_channel="naChan", cond_density="120 mS_per_cm2", erev="0.05 V", ion="na", segment_groups="soma_group"))
    membrane.specific_capacitances.append(neuroml.SpecificCapacitance(value="1.0 uF_per_cm2"))
    membrane.init_memb_potentials.append(neuroml.InitMembPotential(value="-65mV"))
    membrane.spike_threshes.append(neuroml.SpikeThresh(value="-20mV"))
    inside = neuroml.IntracellularProperties(resistivities=[neuroml.Resistivity(value="0.03 kohm_cm")])
    cell.biophysical_properties = neuroml.BiophysicalProperties(id="b", membrane_properties=membrane, intracellular_properties=inside)
    doc.cells.append(cell)
    doc.iaf_tau_cells.append(neuroml.IafTauCell(id="iaf", leak_reversal="-50mV", thresh="-55mV", reset="-70mV", tau="30ms"))
    doc.izhikevich2007_cells.append(neuroml.Izhikevich2007Cell(
        id="rs", C="100pF", v0="-60mV", k="0.7nS_per_mV", vr="-60mV", vt="-40mV", vpeak="35mV", a="0.03per_ms", b="-2nS", c="-50mV", d="100pA"))
    doc.exp_two_synapses.append(neuroml.ExpTwoSynapse(id="syn", gbase="0.5nS", erev="0mV", tau_rise="1ms", tau_decay="2ms"))
    doc.gap_junctions.append(neuroml.GapJunction(id="gj", conductance="10pS"))
    doc.pulse_generators.append(neuroml.PulseGenerator(id="pulse", delay="50ms", duration="200ms", amplitude="0.1nA"))
    channel = neuroml.IonChannelHH(id="naChan", conductance="10pS", species="na")
    gate = neuroml.GateHHRates(id="m", instances=3)
    gate.forward_rate = neuroml.HHRate(type="HHExpLinearRate", rate="1per_ms", midpoint="-40mV", scale="10mV")
    gate.reverse_rate = neuroml.HHRate(type="HHExpRate", rate="4per_ms", midpoint="-65mV", scale="-18mV")
    channel.gate_hh_rates.append(gate)
    doc.ion_channel_hhs.append(channel)
    doc.ion_channel_hhs.append(neuroml.IonChannelHH(id="pas", conductance="10pS"))
    net = neuroml.Network(id="net", type="networkWithTemperature", temperature="34 degC")
    placed = neuroml.Population(id="cells", component="cell", size=3, type="populationList")
    for k in range(3):
        placed.instances.append(neuroml.Instance(id=k, location=neuroml.Location(x=k * 10.5, y=-k, z=0.125)))
    net.populations += [placed, neuroml.Population(id="points", component="iaf", size=5)]
    projection = neuroml.Projection(id="p", presynaptic_population="cells", postsynaptic_population="cells", synapse="syn")
    projection.connection_wds.append(neuroml.ConnectionWD(
        id=0, pre_cell_id="../cells/0/cell", pre_segment_id=0, pre_fraction_along=0.25, post_cell_id="../cells/2/cell",
        post_segment_id=3, post_fraction_along=0.75, weight=0.5, delay="1.5 ms"))
    projection.connection_wds.append(neuroml.ConnectionWD(
        id=1, pre_cell_id="../cells/1/cell", post_cell_id="../cells/0/cell", weight=2, delay="0.002s"))
    net.projections.append(projection)
    electrical = neuroml.ElectricalProjection(id="e", presynaptic_population="cells", postsynaptic_population="cells")
    electrical.electrical_connection_instances.append(neuroml.ElectricalConnectionInstance(
        id=0, pre_cell="../cells/0/cell", post_cell="../cells/1/cell", synapse="gj"))
    net.electrical_projections.append(electrical)
    net.synaptic_connections.append(neuroml.SynapticConnection(from_="points[0]", to="points[4]", synapse="syn"))
    net.explicit_inputs.append(neuroml.ExplicitInput(target="points[1]", input="pulse"))
    inputs = neuroml.InputList(id="i", populations="cells", component="pulse")
    inputs.input_ws.append(neuroml.InputW(id=0, target="../cells/1/cell", destination="synapses", segment_id=5, fraction_along=0.5, weight=3))
    net.input_lists.append(inputs)
    doc.networks.append(net)
    neuroml.writers.NeuroMLWriter.write(doc, path("doc.nml"))
    return {"file": b64(read("doc.nml")), "axonLength": cell.get_segment_length(6), "dendriteSurface": cell.get_segment_surface_area(3)}


def gifti():
    points = np.array([[0, 0, 0], [1.5, 0, 0], [0, 2.25, 0], [0, 0, -3.1]], "f4")
    faces = np.array([[0, 1, 2], [0, 3, 1], [0, 2, 3]], "i4")
    shape = np.array([0.5, -1, 2, np.nan], "f4")
    keys = np.array([0, 7, 7, 0], "i4")
    out = {"points": points.tolist(), "faces": faces.tolist(), "shape": [0.5, -1, 2, None], "keys": keys.tolist(), "files": {}}
    for encoding in ("ASCII", "B64BIN", "B64GZ"):
        table = nibabel.gifti.GiftiLabelTable()
        for key, name, color in ((0, "none", (0, 0, 0, 0)), (7, "V1 <α>", (1, 0.5, 0.25, 1))):
            label = nibabel.gifti.GiftiLabel(key, *color)
            label.label = name
            table.labels.append(label)
        arrays = [
            nibabel.gifti.GiftiDataArray(points, "NIFTI_INTENT_POINTSET", encoding=encoding,
                                         coordsys=nibabel.gifti.GiftiCoordSystem(3, 3)),
            nibabel.gifti.GiftiDataArray(faces, "NIFTI_INTENT_TRIANGLE", encoding=encoding),
            nibabel.gifti.GiftiDataArray(shape, "NIFTI_INTENT_SHAPE", encoding=encoding, meta={"Name": "thickness"}),
            nibabel.gifti.GiftiDataArray(keys, "NIFTI_INTENT_LABEL", encoding=encoding),
        ]
        out["files"][encoding] = b64(nibabel.gifti.GiftiImage(darrays=arrays, labeltable=table).to_bytes())
    return out


def precomputed():
    rng = np.random.default_rng(7)
    cases = {}
    for name, kind, encoding, dtype, channels in (
        ("raw16", "image", "raw", "uint16", 2),
        ("seg32", "segmentation", "compressed_segmentation", "uint32", 1),
        ("seg64", "segmentation", "compressed_segmentation", "uint64", 1),
    ):
        metadata = {"size": [9, 7, 5], "encoding": encoding, "chunk_size": [5, 4, 3], "voxel_offset": [100, -20, 3], "resolution": [8, 8, 40]}
        if encoding != "raw":
            metadata["compressed_segmentation_block_size"] = [4, 3, 2]
        store = tensorstore.open(
            {"driver": "neuroglancer_precomputed", "kvstore": {"driver": "file", "path": path(name)},
             "multiscale_metadata": {"type": kind, "data_type": dtype, "num_channels": channels}, "scale_metadata": metadata},
            create=True).result()
        shape = (9, 7, 5, channels)
        if encoding == "raw":
            data = rng.integers(0, 65536, shape).astype(dtype)
        else:
            labels = np.array([0, 5, 9, 70000, 4294967295] if dtype == "uint32" else
                              [0, 3, 720575940625416797, 720575940625416798, 18446744073709551615], dtype)
            data = labels[rng.integers(0, 5, shape)]
            data[:5, :4, :3] = labels[0]  # Zeros: tensorstore leaves such chunks out.
            data[5:, :, :3] = labels[2]
        store.write(data).result()
        files = {}
        for base, _, names in os.walk(path(name)):
            for file in names:
                full = os.path.join(base, file)
                files[os.path.relpath(full, path(name))] = b64(open(full, "rb").read())
        # x fastest, channels last.
        cases[name] = {"files": files, "values": [str(v) for v in np.asarray(data).flatten(order="F")], "shape": [9, 7, 5], "channels": channels}
    return cases


def skeleton():
    vertices = np.array([[0, 0, 0], [1000, 0, 0], [1000, 2500, 0], [1000, 0, 4000.5], [9, 9, 9]], "f4")
    edges = np.array([[0, 1], [1, 2], [1, 3]], "u4")
    one = osteoid.Skeleton(vertices, edges, radii=np.array([500, 100, 50, 25.5, 1], "f4"), vertex_types=np.array([1, 3, 3, 4, 0], "u1"), segid=720575940625416797)
    info = {"@type": "neuroglancer_skeletons", "transform": [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0], "vertex_attributes": one.extra_attributes}
    return {"info": info, "file": b64(one.to_precomputed()), "cable": float(one.cable_length())}


def tables():
    pre = [720575940625416797, 720575940625416798, 720575940625416797, 5]
    post = [720575940625416798, 5, 720575940625416798, 720575940625416797]
    columns = {
        "pre_root_id": pa.array(pre, pa.int64()),
        "post_root_id": pa.array(post, pa.uint64()),
        "neuropil": pa.array(["ME_L", "GNG", None, "ME_L"]).dictionary_encode(),
        "syn_count": pa.array([5, 12, 1, 300], pa.int32()),
        "nt_type": pa.array(["ACH", "GABA", "ACH", "GLUT"]),
        "score": pa.array([0.5, None, 1.25, -2.0], pa.float32()),
        "valid": pa.array([True, False, True, None]),
        "position": pa.array([[1, 2, 3], [4, 5, 6], [7, 8, 9], None], pa.list_(pa.int32())),
    }
    table = pa.table(columns)
    parquet, arrow = {}, {}
    for name, options in {
        "snappy": {}, "gzip": {"compression": "gzip"}, "zstd": {"compression": "zstd"}, "lz4": {"compression": "lz4"},
        "brotli": {"compression": "brotli"}, "plain": {"compression": "none", "use_dictionary": False},
        "v2 pages": {"data_page_version": "2.0"}, "row groups": {"row_group_size": 2},
    }.items():
        sink = io.BytesIO()
        pa.parquet.write_table(table, sink, **options)
        parquet[name] = b64(sink.getvalue())
    for name in ("lz4", "zstd", "uncompressed"):
        sink = io.BytesIO()
        pa.feather.write_feather(table, sink, compression=name, chunksize=3)
        arrow[name] = b64(sink.getvalue())
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=2)
    arrow["stream"] = b64(sink.getvalue())
    # Long enough for matches between the blocks of an LZ4 frame, which are 64 KiB.
    long = pa.table({"pre": pa.array(np.arange(12000) % 1000, pa.int64()), "post": pa.array(np.arange(12000) % 77, pa.int64())})
    sink = io.BytesIO()
    pa.feather.write_feather(long, sink, compression="lz4")
    arrow["long lz4"] = b64(sink.getvalue())
    return {"parquet": parquet, "arrow": arrow, "pre": [str(v) for v in pre], "post": [str(v) for v in post]}


golden_file.write(
    "format-files",
    "small files of six kinds of formats, written by the tools of the field, with what they hold",
    __file__,
    golden_file.versions("morphio", "libneuroml", "nibabel", "tensorstore", "osteoid", "pyarrow", "numpy"),
    {"seed": 7},
    {"files": "in base64", "volumes": "x fastest, channels last", "lengths": "in the unit of the file"},
    {
        "neurolucida": neurolucida(),
        "neuroml": neuroml_files(),
        "gifti": gifti(),
        "precomputed": precomputed(),
        "skeleton": skeleton(),
        "tables": tables(),
    },
)
