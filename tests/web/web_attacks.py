"""What the careless and the hostile send: values, files, forms and headers that no page has asked for."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

from hypothesis import strategies as st

BOUNDARY = "a-boundary-of-nobody"
LONG = "tell-tale " * 10_000
VALUES = (
    *(
        "",
        " ",
        LONG,
        "\0",
        "quiet\0words",
        "\ud800 alone \udfff",
        "\u202eright to left\u202c שלום",
        "👩‍👩‍👧 \u0301\ufeff",
        "\r\nSubject: x",
    ),
    *('=HYPERLINK("x")', "+1", "@sum", "-1", "0", "9" * 5_000, str(2**63), "1e400", "NaN", "yes", "true", "w1"),
    *(
        "2026-02-30T25:61",
        "0001-01-01T00:00",
        "9999-12-31T23:59",
        "31/02/2026 10:00",
        "2026-03-29T01:30",
        "١٢/٣/٢٠٢٦ 10:00",
    ),
    *(
        "<script>alert(1)</script>",
        "{{ settings }}",
        "%s %(x)s {0}",
        "'; drop table x; --",
        "../../etc/passwd",
        "//elsewhere/",
    ),
    *(
        "a@" + "ä" * 60 + ".org",
        "a@ab\u05d0\u0661b.org",
        "steward@example.org",
        "x@y",
        '"a b"@example.org',
        "None",
        "RVW",
    ),
)
HEADERS = {
    "HTTP_ACCEPT_LANGUAGE": ("cy", "xx-" * 300, "en;q=nine", "*", ",,;", "cy-\ud7ff", "zh-hans-" + "a" * 9_000),
    "HTTP_COOKIE": (
        *("leaderful=x", 'leaderful="\\000\\000aaaaaaaaaa"', "leaderful=" + "ä" * 40, "=;=;;", "leaderful-form=short"),
        *('leaderful-form="\\000"', "messages=gibberish:x:y", 'messages="\\000"', "django_language=../x; sessionid=1"),
    ),
    "HTTP_X_CSRFTOKEN": ("", "x", "ä" * 64, "a" * 64),
    "HTTP_ORIGIN": ("null", "http://[", "https://elsewhere", "http://testserver"),
    "HTTP_REFERER": ("", "http://[::1", "https://elsewhere/", "\xff\xfe"),
    "HTTP_HOST": ("elsewhere", "testserver:x", "[", "a b", "testserver:99999"),
    "HTTP_X_FORWARDED_FOR": ("nobody", "1.2.3.4, ::1", "999.1.1.1", "x" * 2_000),
    "REMOTE_ADDR": ("::1", ""),
    "HTTP_USER_AGENT": ("", "x" * 10_000, "\xff\xfe"),
    "HTTP_IF_MODIFIED_SINCE": ("yesterday", "Mon, 99 Foo 20x6 00:00:00 GMT"),
    "HTTP_IF_NONE_MATCH": ('W/"', "*"),
    "HTTP_RANGE": ("bytes=9-1",),
    "HTTP_X_FORWARDED_PROTO": ("ftp",),
    "HTTP_ACCEPT": ("x" * 5_000, "text/plain"),
    "CONTENT_LENGTH": ("", "many", "-1", "0"),
}
KINDS = (
    *("", "text/plain", "application/json", "multipart/form-data", "multipart/form-data; boundary=", "x" * 2_000),
    *(f"multipart/form-data; boundary={BOUNDARY}; charset={name}" for name in ("hex", "utf-16", "undefined", "nosuch")),
    *(f"application/x-www-form-urlencoded; charset={name}" for name in ("hex", "utf-7", "idna", "nosuch", "UTF-8")),
    *("multipart/form-data; boundary=\xff", "multipart/mixed; boundary=x", "text/html; charset=undefined"),
    *("text/plain; x*=nosuch''a", "text/plain; x*=hex''a", "text/plain; charset=\0"),
)
NAMES_OF_FILES = ("x\0.csv", "../" + "y" * 500, "")
SELDOM = st.sampled_from([False] * 6 + [True])
METHODS = ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "get", "")
_HEAD = "name,email,body,team,tier,place\r\n"


@dataclass(frozen=True)
class Attack:
    """One request, but for who sends it and where."""

    method: str
    query: str
    content: bytes
    kind: str
    headers: dict[str, str]
    checked: bool
    """Whether the form's token is asked for."""
    values: tuple[str, ...]


@cache
def files() -> tuple[tuple[str, bytes], ...]:
    """Return files that no list of people is, and some that nearly are."""
    ent = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "lol">{ent}]><worksheet>&i;</worksheet>'.encode()
    return (
        ("empty.csv", b""),
        ("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256))),
        ("good.csv", (_HEAD + "Ada,ada@example.org,QHM,,manager,\r\nBob,,QHM,,board,\r\n").encode()),
        ("nul.csv", (_HEAD + "A\0da,,QHM,,manager,\r\nB,b\0@example.org,Q\0HM,,ma\0nager,\r\n").encode()),
        ("quoted-nul.csv", (_HEAD + '"A\0da",,QHM,,manager,\r\n').encode()),
        ("wide.csv", (_HEAD + "Ada,ada@example.org,QHM,,manager,\r\n").encode("utf-16")),
        ("line.csv", (_HEAD + "x" * 400_000 + ",,QHM,,manager,\r\n").encode()),
        ("cells.csv", (_HEAD + "," * 100_000).encode()),
        ("columns.csv", b"name,name,email,,\r\n,,,,,,,,\r\n"),
        ("unclosed.csv", (_HEAD + '"Ada,,QHM,,manager,\r\n').encode()),
        ("old.csv", _HEAD.replace("\r\n", "\r").encode() + b"Ad\xe9,,QHM,,manager,\r"),
        ("mails.csv", (_HEAD + "".join(f"A,{v[:300]},QHM,,manager,\r\n" for v in VALUES if "@" in v)).encode()),
        ("odd.csv", (_HEAD + "=1+1\u202e👩,,QHM,QHM,manager,nowhere\r\n\ufeff,,,,,\r\n").encode()),
        ("head.csv", _HEAD.encode()),
        ("large.csv", b"x" * 2_500_000),
        ("broken.pdf", b"%PDF-1.7\n1 0 obj << /Type /Catalog"),
        ("plan.md", "We will end child poverty here by 2030.\0 \u202e👩\n".encode() * 5),
        ("cut.xlsx", b"PK\x03\x04" + b"x" * 200),
        ("nothing.xlsx", _zip({"readme.txt": b"x"})),
        ("bomb.xlsx", _workbook(b"<worksheet>" + b" " * 60_000_000)),
        ("entities.xlsx", _workbook(bomb)),
        ("up.xlsx", _zip({"../../etc/passwd": b"x", "xl/workbook.xml": b"<workbook"})),
    )


def _zip(held: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in held.items():
            out.writestr(name, content)
    return stream.getvalue()


def _workbook(sheet: bytes) -> bytes:
    """Return a workbook with one sheet, whatever is in it."""
    main = "http://schemas.openxmlformats.org"
    return _zip(
        {
            "[Content_Types].xml": f'<Types xmlns="{main}/package/2006/content-types"/>'.encode(),
            "xl/workbook.xml": (
                f'<workbook xmlns="{main}/spreadsheetml/2006/main" '
                f'xmlns:r="{main}/officeDocument/2006/relationships">'
                '<sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
            ).encode(),
            "xl/_rels/workbook.xml.rels": (
                f'<Relationships xmlns="{main}/package/2006/relationships"><Relationship Id="r1" '
                f'Type="{main}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>'
                "</Relationships>"
            ).encode(),
            "xl/worksheets/sheet1.xml": sheet,
        }
    )


def _multipart(pairs: Iterable[tuple[str, str]], sent: Iterable[tuple[str, str, bytes]]) -> bytes:
    parts = [
        f'Content-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value.encode("utf-8", "surrogatepass")
        for name, value in pairs
    ]
    for name, file, content in sent:
        head = f'Content-Disposition: form-data; name="{name}"; filename="{file}"\r\nContent-Type: text/csv\r\n\r\n'
        parts.append(head.encode("utf-8", "surrogatepass") + content)
    return b"".join(f"--{BOUNDARY}\r\n".encode() + part + b"\r\n" for part in parts) + f"--{BOUNDARY}--\r\n".encode()


def _values(allowed: tuple[str, ...]) -> st.SearchStrategy[str]:
    odd = st.one_of(st.sampled_from(VALUES), st.text(max_size=20))
    return st.one_of(odd, st.sampled_from(allowed)) if allowed else odd


Fields = dict[str, tuple[str, ...]]
"""Names of fields, each with values that it takes."""


@st.composite
def attacks(draw: st.DrawFn, fields: Fields, more: tuple[str, ...]) -> Attack:
    """Draw a request to a page that has fields, and may read some more."""
    method = draw(st.sampled_from(["GET", "POST", "POST", "POST", draw(st.sampled_from(METHODS))]))
    names = st.sampled_from([*fields, *more])
    whole = method == "POST" and draw(st.booleans())
    chosen = list(fields) if whole else draw(st.lists(names, max_size=6))
    pairs = [(name, draw(_values(fields.get(name, ())))) for name in chosen]
    asked = draw(st.lists(st.tuples(names, _values(())), max_size=2)) if method == "POST" else pairs
    content, kind = draw(_bodies(pairs, names))
    chosen_headers = draw(st.sets(st.sampled_from(list(HEADERS)), max_size=2))
    return Attack(
        method=method,
        query=urlencode(asked, errors="surrogatepass"),
        content=content,
        kind=kind,
        headers={name: draw(st.sampled_from(HEADERS[name])) for name in sorted(chosen_headers)},
        checked=draw(SELDOM),
        values=tuple(value for _, value in [*pairs, *asked]),
    )


@st.composite
def _bodies(draw: st.DrawFn, pairs: list[tuple[str, str]], names: st.SearchStrategy[str]) -> tuple[bytes, str]:
    """Draw what a form with certain values is sent as, and what it says it is: at times cut off, or something else."""
    sent = draw(st.lists(st.tuples(names, st.sampled_from(files())), max_size=2))
    content, kind = urlencode(pairs, errors="surrogatepass").encode(), "application/x-www-form-urlencoded"
    if sent or draw(SELDOM):
        called = [(name, draw(st.sampled_from([file, *NAMES_OF_FILES])), held) for name, (file, held) in sent]
        content, kind = _multipart(pairs, called), f"multipart/form-data; boundary={BOUNDARY}"
        if draw(SELDOM):
            content = content[: draw(st.integers(0, min(len(content), 400)))]
    return content, draw(st.sampled_from(KINDS)) if draw(SELDOM) else kind
