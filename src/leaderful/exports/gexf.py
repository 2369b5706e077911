"""GEXF 1.3, for Gephi (https://gexf.net)."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import polars as pl

from leaderful.exports.about import as_text
from leaderful.exports.contents import Contents
from leaderful.exports.graphml import spelt, written
from leaderful.exports.network import network

NAMESPACE = "http://gexf.net/1.3"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_TYPES = {pl.Float64: "double", pl.Int64: "long", pl.Boolean: "boolean", pl.String: "string"}


def gexf(contents: Contents) -> bytes:
    """Return the network as GEXF; a value that is missing has no element."""
    net = network(contents)
    schema = f"{NAMESPACE} {NAMESPACE}/gexf.xsd"
    about = {"xmlns": NAMESPACE, "xmlns:xsi": _XSI, "xsi:schemaLocation": schema, "version": "1.3"}
    root = ET.Element("gexf", about)
    meta = ET.SubElement(root, "meta")
    ET.SubElement(meta, "creator").text = net.about["made with"]
    ET.SubElement(meta, "description").text = as_text(net.about)
    graph = ET.SubElement(root, "graph", {"defaultedgetype": "directed", "mode": "static"})
    bodies, ties = net.bodies.drop("code", "label"), net.ties.drop("source", "target")
    _declare(graph, bodies, "node")
    _declare(graph, ties, "edge")
    nodes, edges = ET.SubElement(graph, "nodes"), ET.SubElement(graph, "edges")
    for code, label, row in zip(net.bodies["code"], net.bodies["label"], bodies.iter_rows(), strict=True):
        _fill(ET.SubElement(nodes, "node", {"id": code, "label": label or code}), row)
    for at, (source, target, kind) in enumerate(net.ties.select("source", "target", "kind").iter_rows()):
        ends = {"id": str(at), "source": source, "target": target, "label": kind}
        _fill(ET.SubElement(edges, "edge", ends), ties.row(at))
    return written(root)


def _declare(graph: ET.Element, table: pl.DataFrame, kind: str) -> None:
    declared = ET.SubElement(graph, "attributes", {"class": kind})
    for at, (name, dtype) in enumerate(table.schema.items()):
        ET.SubElement(declared, "attribute", {"id": str(at), "title": name, "type": _TYPES[type(dtype)]})


def _fill(element: ET.Element, row: tuple[object, ...]) -> None:
    values = ET.SubElement(element, "attvalues")
    for at, value in enumerate(row):
        if value is not None:
            ET.SubElement(values, "attvalue", {"for": str(at), "value": spelt(value)})
