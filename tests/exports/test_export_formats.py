"""Each format is read back by a reader of its own, and says what was put in."""

from __future__ import annotations

import io
import json
from xml.etree import ElementTree as ET

import networkx as nx
import openpyxl
import polars as pl
import pytest
from export_samples import AWKWARD, DAY, HIDDEN, contents, everything, found, hidden, small

from leaderful import england
from leaderful.errors import DisclosureError, UnknownNameError
from leaderful.exports import FORMATS, NAMES, choose_rounds, export_files
from leaderful.exports.dictionary import meaning_of, methods
from leaderful.framework import framework
from leaderful.measures.findings import frame


@pytest.fixture(scope="module")
def made():
    return small(synthetic=True)


def graph(format, made, **more):
    read = {"graphml": nx.read_graphml, "gexf": nx.read_gexf}[format]
    return read(io.BytesIO(export_files(format, made)[""]), **more)


def edges(net, layer):
    return {(a, b): told for a, b, told in net.edges(data=True) if told["layer"] == layer}


def csv(made, name):
    return pl.read_csv(export_files("csv", made)[f"{name}.csv"])


# Every format


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_contents_give_the_same_bytes(made, format):
    assert export_files(format, made) == export_files(format, small(synthetic=True))


def test_every_export_holds_its_licence_its_limits_and_its_methods(made):
    for format, text in everything(made).items():
        plain = text.replace("&apos;", "'").replace("&quot;", '"')
        assert "MIT licence" in plain, format
        assert "Open Government Licence" in plain, format
        assert "has not been validated" in plain, format
        assert "cluster-mean-of-raters" in plain, format
        assert "Made-up evidence" in plain, format
        assert "10.1080/14697017.2023.2261126" in plain, format
        assert "9.9.9" in plain, format


def test_evidence_that_is_not_made_up_is_not_called_so():
    assert all("Made-up evidence" not in text for text in everything(small()).values())


# Tables


def test_the_tables_of_the_csv_folder_hold_what_was_found(made):
    findings = csv(made, "findings")
    assert findings.height == made.findings.height
    assert findings.filter(measure="scale.score", unit="B", scale="SHP")["estimate"].to_list() == [2.5]
    assert findings.filter(measure="ties.reach", unit="A>B")["unit_name"].item() == "Body A > Body B"
    assert findings.filter(unit="C", measure="scale.score").select("estimate", "n", "status", "reason").row(0) == (
        None,
        None,
        "suppressed",
        HIDDEN,
    )
    scales = csv(made, "scales").filter(unit="B")
    assert scales.select("CGP", "CGP_n", "CGP_status", "SHP").row(0) == (3.25, 40, "ok", 2.5)
    body = csv(made, "bodies").filter(code="B")
    assert body.select("response", "trust_received", "trust_received_lower").row(0) == (0.75, 3.0625, 2.9375)
    tie = csv(made, "ties").filter(source="A", target="B")
    assert tie.select("reach", "reach_n", "trust", "state").row(0) == (0.625, 41, 3.125, "confirmed")
    assert csv(made, "pairs").filter(a="A", b="B")["zip_closure"].item() == 0.4375
    assert csv(made, "formal_ties").select("source", "target", "kind", "standing").rows() == [
        ("A", "B", "commissions", "law")
    ]


def test_parquet_holds_the_tables_of_csv_with_their_types(made):
    files = export_files("parquet", made)
    assert {name.removesuffix(".parquet") for name in files} - {"README.txt"} == {
        name.removesuffix(".csv") for name in export_files("csv", made)
    } - {"README.txt"}
    bodies = pl.read_parquet(files["bodies.parquet"])
    assert bodies.schema["trust_received"] == pl.Float64
    assert bodies.schema["current"] == pl.Boolean
    assert bodies.schema["valid_from"] == pl.Date


def test_the_dictionary_explains_every_column_measure_and_construct(made):
    told = csv(made, "dictionary")
    assert told.filter(pl.col("meaning").is_null()).is_empty()
    for table in ("findings", "bodies", "ties", "pairs", "formal_ties"):
        explained = set(told.filter(part=f"column of {table}")["entry"])
        assert explained == set(csv(made, table).columns)
    assert set(told.filter(part="measure")["entry"]) == set(made.findings["measure"])
    trust = told.filter(part="construct", entry="trust")
    assert framework().construct("trust").definition == trust["meaning"].item()
    assert told.filter(part="item scale", entry="CGP")["doi"].item() == "10.1080/14697017.2023.2261126"


def test_measures_of_the_framework_and_of_england_are_in_the_dictionary():
    now = {each.name for construct in framework().constructs for each in construct.measures if each.state == "now"}
    measured = england.spread(DAY)
    assert not [name for name in now | set(measured["measure"]) if not meaning_of(name)]
    assert not methods(measured["method"]).filter(meaning="").height


# The workbook


@pytest.fixture(scope="module")
def book(made):
    return openpyxl.load_workbook(io.BytesIO(export_files("xlsx", made)[""]))


def sheet_rows(book, name):
    head, *rows = book[name].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_the_sheets_of_the_workbook_are_in_order_and_can_be_filtered(book, made):
    names = ["About", "Findings", "Scales", "Bodies", "Ties", "Pairs", "Formal ties", "Methods", "Dictionary"]
    assert book.sheetnames == names
    assert all(book[name].freeze_panes == "A2" and book[name].auto_filter.ref for name in names[1:])
    assert book["Findings"].max_row == made.findings.height + 1


def test_numbers_of_the_workbook_are_numbers_and_hidden_ones_are_empty(book):
    rows = {(row["measure"], row["unit"], row["scale"]): row for row in sheet_rows(book, "Findings")}
    assert rows["scale.score", "B", "CGP"]["estimate"] == 3.25
    gone = rows["scale.score", "C", "CGP"]
    assert [gone[key] for key in ("estimate", "lower", "upper", "n")] == [None] * 4
    assert (gone["status"], gone["reason"]) == ("suppressed", HIDDEN)


def test_text_of_the_workbook_that_looks_like_a_formula_stays_text():
    awkward = small(names={"B": "=HYPERLINK(1)", "C": "+44", "D": "@here"})
    book = openpyxl.load_workbook(io.BytesIO(export_files("xlsx", awkward)[""]))
    cells = {cell.value: cell for row in book["Bodies"].iter_rows() for cell in row}
    for text in ("=HYPERLINK(1)", "+44", "@here"):
        assert cells[text].quotePrefix
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_text_too_long_for_a_cell_is_said_to_be_elsewhere():
    long = contents([found("ties.trust", "body", "B", 3.0, note="x" * 40_000)])
    book = openpyxl.load_workbook(io.BytesIO(export_files("xlsx", long)[""]))
    assert sheet_rows(book, "Findings")[0]["detail"] == "too long for a cell; it is in the csv and parquet exports"
    assert "x" * 40_000 in csv(long, "findings")["detail"].item()


# Networks


@pytest.mark.parametrize("format", ["graphml", "gexf"])
def test_a_network_read_back_has_its_bodies_ties_and_values(made, format):
    net = graph(format, made)
    assert set(net.nodes) == {"A", "B", "C", "D"}
    assert nx.degree(net, "D") == 0
    assert net.nodes["B"]["label"] == "Body B"
    assert net.nodes["B"]["trust_received"] == 3.0625
    assert net.nodes["B"]["current"] is True
    reported = edges(net, "reported")
    assert set(reported) == {("A", "B"), ("B", "A")}
    assert (reported["A", "B"]["reach"], reported["A", "B"]["reach_n"]) == (0.625, 41)
    assert reported["A", "B"]["trust_lower"] == 3.0
    formal = edges(net, "formal")
    assert formal["A", "B"]["kind"] == "commissions"


@pytest.mark.parametrize("format", ["graphml", "gexf"])
def test_a_hidden_tie_of_a_network_has_no_value_and_is_never_nought(made, format):
    net = graph(format, made)
    told = edges(net, "hidden")["A", "C"]
    assert "reach" not in told
    assert (told["reach_status"], told["reach_reason"]) == ("suppressed", HIDDEN)
    assert "trust_received" not in net.nodes["C"]
    assert net.nodes["C"]["trust_received_status"] == "suppressed"


def test_a_tie_is_one_that_its_body_reports():
    def reach(pair, share):
        return found("ties.reach", "pair", pair, share, n=50, method="share-with-score-interval")

    def state(pair, told, reported=""):
        return found("ties.state", "pair", pair, 0.0, method="tie-said-by-both-ends", state=told, reported=reported)

    made = contents(
        [
            reach("A>B", 0.08),  # 4 of 50, below a tenth
            reach("B>A", 0.1),  # 5 of 50, a tenth
            hidden("ties.reach", "pair", "A>C"),  # one-sided, and A is the one that says so
            hidden("ties.reach", "pair", "C>A"),
            state("A|C", "one-sided", "A>C"),
            hidden("ties.reach", "pair", "B>C"),  # neither says so
            state("B|C", "absent"),
            hidden("ties.reach", "pair", "A>D"),  # nothing is shown
            hidden("ties.state", "pair", "A|D"),
        ],
        codes=("A", "B", "C", "D"),
    )
    net = graph("graphml", made)
    assert set(edges(net, "reported")) == {("B", "A"), ("A", "C")}
    assert set(edges(net, "hidden")) == {("A", "D")}


def test_graphml_is_a_document_whose_ids_are_declared_once(made):
    root = ET.fromstring(export_files("graphml", made)[""])
    space = {"g": "http://graphml.graphdrawing.org/xmlns"}
    keys = [key.get("id") for key in root.findall("g:key", space)]
    assert len(keys) == len(set(keys))
    assert {data.get("key") for data in root.iter(f"{{{space['g']}}}data")} <= set(keys)
    assert root[0].tag.endswith("desc")


def test_gexf_says_its_version_and_describes_itself(made):
    root = ET.fromstring(export_files("gexf", made)[""])
    assert (root.tag, root.get("version")) == ("{http://gexf.net/1.3}gexf", "1.3")
    assert "MIT licence" in root.findtext("g:meta/g:description", namespaces={"g": "http://gexf.net/1.3"})


@pytest.mark.parametrize("format", ["graphml", "gexf"])
def test_names_that_xml_cannot_hold_do_not_break_it(format):
    net = graph(format, small(names={"B": AWKWARD}))
    assert net.nodes["B"]["label"] == 'Ann\'s "=Trust" <A & B>\\ \ufffd\ufffd café'


def test_a_kumu_blueprint_has_elements_and_connections_between_their_ids(made):
    blueprint = json.loads(export_files("kumu", made)[""])
    elements = {each["id"]: each for each in blueprint["elements"]}
    assert set(elements) == {"A", "B", "C", "D"}
    assert (elements["B"]["label"], elements["B"]["type"]) == ("Body B", framework().body_kind("nhs-trust").name)
    assert elements["B"]["trust received"] == 3.0625
    ends = {(each["from"], each["to"], each["type"]): each for each in blueprint["connections"]}
    assert set(ends) == {
        ("A", "B", "works with"),
        ("B", "A", "works with"),
        ("A", "C", "hidden"),
        ("A", "B", "formal tie"),
    }
    assert {each["direction"] for each in ends.values()} == {"directed"}
    assert len({each["id"] for each in blueprint["connections"]}) == 4
    assert "reach" not in ends["A", "C", "hidden"]
    assert blueprint["about"]["licence"]


def pajek(made, name):
    return nx.parse_pajek(export_files("pajek", made)[name].decode())


def test_pajek_networks_hold_shown_values_only_and_count_the_others(made):
    reach = pajek(made, "reach.net")
    assert set(reach) == {f"Body {code} ({code})" for code in "ABCD"}
    assert {(a[-2], b[-2]): told["weight"] for a, b, told in reach.edges(data=True)} == {
        ("A", "B"): 0.625,
        ("B", "A"): 0.5,
    }
    assert [told["weight"] for *_, told in pajek(made, "trust.net").edges(data=True)] == [3.125]
    assert [(a[-2], b[-2]) for a, b, _ in pajek(made, "formal.net").edges] == [("A", "B")]
    files = export_files("pajek", made)
    assert b"% 1 ties have no value that can be shown" in files["reach.net"]
    assert files["sector.clu"].decode().split("\n") == ["*Vertices 4", "1", "1", "1", "1", ""]
    assert "1 nhs" in files["README.txt"].decode()


def test_pajek_labels_are_plain_whole_and_never_shared():
    net = pajek(small(names={"B": AWKWARD, "C": "Same\nname", "D": "Same name"}), "formal.net")
    assert set(net) == {"Body A (A)", "Ann's '=Trust' <A & B>/ ?? cafe (B)", "Same name (C)", "Same name (D)"}


def test_r_gets_two_lists_whose_first_columns_are_codes(made):
    files = export_files("r", made)
    bodies, ties = pl.read_csv(files["bodies.csv"]), pl.read_csv(files["ties.csv"])
    assert bodies.columns[0] == "code"
    assert ties.columns[:2] == ["source", "target"]
    assert set(ties["source"]) | set(ties["target"]) <= set(bodies["code"])
    assert not {"name", "weight"} & {*bodies.columns, *ties.columns}
    assert ties.filter(layer="hidden")["reach"].to_list() == [None]
    assert "graph_from_data_frame" in files["read.R"].decode()


def test_csv_text_that_a_spreadsheet_would_run_has_an_apostrophe():
    bodies = csv(small(names={"B": "=1+1", "C": "-2", "D": "\tx"}), "bodies")
    assert bodies["name"].to_list() == ["Body A", "'=1+1", "'-2", "'\tx"]


# What goes in


def test_a_study_that_asked_nobody_has_its_formal_ties_and_no_others():
    made = contents([], ties=[{"source": "A", "target": "B", "kind": "commissions"}], wave="", rounds={})
    for format in FORMATS:
        assert export_files(format, made)
    assert [told["layer"] for *_, told in graph("graphml", made).edges(data=True)] == ["formal"]


def test_a_body_that_no_longer_stands_is_in_the_network_only_where_a_tie_speaks_of_it():
    made = small()
    gone = made.bodies.with_columns(current=~pl.col("id").is_in(["C", "D"]))
    net = graph("graphml", small(bodies=gone))
    assert set(net) == {"A", "B", "C"}
    assert net.nodes["C"]["current"] is False


def test_codes_that_hold_the_sign_between_two_ends_are_told_apart():
    made = contents([found("ties.reach", "pair", unit, 0.5) for unit in ("A>1>B", "B>A>1")], codes=("A>1", "B"))
    assert set(graph("graphml", made).edges()) == {("A>1", "B"), ("B", "A>1")}
    assert csv(made, "ties")["source_name"].to_list() == ["Body A>1", "Body B"]


def test_a_hidden_finding_with_figures_and_one_about_a_person_are_refused():
    for change in ({"n": 3}, {"estimate": 1.0}, {"lower": 1.0}):
        rows = small().findings.to_dicts()
        gone = next(row for row in rows if row["status"] == "suppressed")
        gone.update(change)
        with pytest.raises(DisclosureError, match="disclosure control"):
            contents(pl.DataFrame(rows, schema=small().findings.schema))
    with pytest.raises(DisclosureError, match="one person"):
        contents([found("plural.named", "person", "ps-1", 1.0)])


def test_rounds_are_chosen_and_unknown_ones_refused():
    findings = frame(
        [
            found("scale.score", "system", "A", 3.0, wave="w1"),
            found("scale.score", "system", "A", 3.5, wave="w2"),
            found("scale.change", "system", "A", 0.5, wave="w1>w2"),
            found("published.percent", "system", "A", 60.0, wave="w2"),
            found("structure.bodies", "system", "A", 3.0, wave="2026-04-01"),
        ]
    )
    kept, shown = choose_rounds(findings, ["w1", "w2", "w3"], None)
    assert (kept.height, shown) == (5, "w2")
    kept, shown = choose_rounds(findings, ["w1", "w2", "w3"], "w1")
    assert kept["measure"].to_list() == ["scale.score", "published.percent", "structure.bodies"]
    assert (kept["wave"][0], shown) == ("w1", "w1")
    with pytest.raises(UnknownNameError, match=r"no round called 'w9'\. Its rounds are: w1, w2\."):
        choose_rounds(findings, ["w1", "w2"], "w9")
    with pytest.raises(UnknownNameError, match="no rounds of asking"):
        choose_rounds(findings, [], "w9")


def test_every_format_has_a_name_of_its_own():
    assert set(NAMES) == set(FORMATS)
    assert len(set(NAMES.values())) == len(FORMATS)
