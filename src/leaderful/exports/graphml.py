"""GraphML, for Gephi, yEd, igraph, NetworkX and others (http://graphml.graphdrawing.org)."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import polars as pl

from leaderful.exports.about import as_text
from leaderful.exports.contents import Contents
from leaderful.exports.network import network

NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA = f"{NAMESPACE} {NAMESPACE}/1.0/graphml.xsd"
_TYPES = {pl.Float64: "double", pl.Int64: "long", pl.Boolean: "boolean", pl.String: "string"}


def graphml(contents: Contents) -> bytes:
    """Return the network as GraphML; a value that is missing has no element."""
    net = network(contents)
    root = ET.Element("graphml", {"xmlns": NAMESPACE, "xmlns:xsi": _XSI, "xsi:schemaLocation": _SCHEMA})
    ET.SubElement(root, "desc").text = as_text(net.about)
    for at, label in enumerate(net.about):
        told = {"attr.name": label.replace(" ", "_"), "attr.type": "string"}
        ET.SubElement(root, "key", {"id": f"g{at}", "for": "graph", **told})
    bodies, ties = net.bodies.drop("code"), net.ties.drop("source", "target")
    _declare(root, bodies, "node", "n")
    _declare(root, ties, "edge", "e")
    graph = ET.SubElement(root, "graph", {"id": "network", "edgedefault": "directed"})
    for at, text in enumerate(net.about.values()):
        ET.SubElement(graph, "data", {"key": f"g{at}"}).text = text
    for code, row in zip(net.bodies["code"], bodies.iter_rows(), strict=True):
        _fill(ET.SubElement(graph, "node", {"id": code}), row, "n")
    for at, ends in enumerate(net.ties.select("source", "target").iter_rows()):
        _fill(ET.SubElement(graph, "edge", {"id": f"tie{at}", "source": ends[0], "target": ends[1]}), ties.row(at), "e")
    return written(root)


def written(root: ET.Element) -> bytes:
    """Return a document with its declaration, an element to a line."""
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def spelt(value: object) -> str:
    """Return a value as XML spells it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _declare(root: ET.Element, table: pl.DataFrame, kind: str, letter: str) -> None:
    for at, (name, dtype) in enumerate(table.schema.items()):
        about = {"id": f"{letter}{at}", "for": kind, "attr.name": name, "attr.type": _TYPES[type(dtype)]}
        ET.SubElement(root, "key", about)


def _fill(element: ET.Element, row: tuple[object, ...], letter: str) -> None:
    for at, value in enumerate(row):
        if value is not None:
            ET.SubElement(element, "data", {"key": f"{letter}{at}"}).text = spelt(value)
