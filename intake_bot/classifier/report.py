"""The evaluation as one HTML page without outside parts: tables and SVG charts."""

from collections.abc import Sequence
from html import escape
from typing import Any

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1c2733}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2.2rem}table{border-collapse:collapse;margin:.6rem 0}
th,td{padding:.25rem .7rem;border-bottom:1px solid #dde3ea;text-align:right;vertical-align:top}
th:first-child,td:first-child{text-align:left}td.text{text-align:left;max-width:34rem;overflow-wrap:anywhere}
svg{display:block}.good{color:#14683c}.bad{color:#a2231d}text{font:12px system-ui,sans-serif;fill:#1c2733}
"""
#: The bars of the project: figure, comparison, bound.
_BARS = (
    ("rights mails reaching review or open", ("all", "reached"), ">=", 0.99),
    ("mails that ask nothing reaching review", ("all", "reviewed"), "<=", 0.10),
    ("mails that ask nothing opened", ("all", "opened"), "<=", 0.01),
    ("macro-F1, French and English", ("french_english", "macro_f1"), ">=", 0.93),
    ("macro-F1, other languages", ("others", "macro_f1"), ">=", 0.90),
    ("exact label set", ("all", "exact"), ">=", 0.85),
    ("ECE, any right", ("ece_any",), "<=", 0.05),
    ("ECE, labels", ("ece_labels",), "<=", 0.05),
)


def html_report(data: dict[str, Any]) -> str:
    """The page of an evaluation (Evaluation.as_json)."""
    found = data["figures"]
    parts = [
        f"<h1>Classifier on {escape(data['set'])}, model {escape(data['version'])}</h1>",
        _bars(found, (data.get("former") or {}).get("figures")),
        "<h2>Labels</h2>",
        _chart([(label, row["f1"]) for label, row in found["labels"].items()], "F1"),
        _table(
            ("label", "precision", "recall", "F1", "mails"),
            [(k, v["precision"], v["recall"], v["f1"], v["mails"]) for k, v in found["labels"].items()],
        ),
        "<h2>Languages</h2>",
        _table(
            ("language", "mails", "rights", "reached", "reviewed", "opened", "macro-F1", "exact"),
            [
                (k, v["mails"], v["rights"], v["reached"], v["reviewed"], v["opened"], v["macro_f1"], v["exact"])
                for k, v in found["languages"].items()
            ],
        ),
        "<h2>Reliability</h2>",
        "<p>Score against observed share; on the diagonal the score is right. Left any right, right all labels.</p>",
        '<div style="display:flex;gap:2rem">',
        _reliability(found["reliability_any"]),
        _reliability(found["reliability_labels"]),
        "</div>",
        "<h2>Missing labels and what was given instead</h2>",
        _table(
            ("missing", "given instead"),
            [(k, ", ".join(f"{x} {n}" for x, n in row.items())) for k, row in found["confusion"].items()],
        ),
        "<h2>Keyword baseline</h2>",
        _table(("figure", "share"), list(data["keywords"].items())),
        f"<p>Language right: {data['language']:.4f}</p>",
        "<h2>Errors</h2>",
        _errors(data["errors"]),
    ]
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Classifier figures</title>'
        f"<style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>\n"
    )


def _pick(found: dict[str, Any], path: Sequence[str]) -> float:
    value: Any = found
    for name in path:
        value = value[name]
    return float(value)


def _bars(found: dict[str, Any], former: dict[str, Any] | None) -> str:
    rows = []
    for title, path, sign, bound in _BARS:
        value = _pick(found, path)
        good = value >= bound if sign == ">=" else value <= bound
        before = f"{_pick(former, path):.4f}" if former else "-"
        mark = f'<span class="{"good" if good else "bad"}">{value:.4f}</span>'
        rows.append(f"<tr><td>{title}</td><td>{mark}</td><td>{escape(sign)} {bound}</td><td>{before}</td></tr>")
    return f"<table><tr><th>figure</th><th>value</th><th>bar</th><th>former</th></tr>{''.join(rows)}</table>"


def _table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    def cell(value: Any) -> str:
        return f"<td>{value:.3f}</td>" if isinstance(value, float) else f"<td>{escape(str(value))}</td>"

    titles = "".join(f"<th>{escape(title)}</th>" for title in head)
    lines = "".join("<tr>" + "".join(map(cell, row)) + "</tr>" for row in rows)
    return f"<table><tr>{titles}</tr>{lines}</table>"


def _chart(rows: Sequence[tuple[str, float]], title: str) -> str:
    bars = "".join(
        f'<text x="150" y="{24 + 22 * i}" text-anchor="end">{escape(name)}</text>'
        f'<rect x="160" y="{12 + 22 * i}" width="{400 * value:.1f}" height="15" fill="#2f6f9f"/>'
        f'<text x="{166 + 400 * value:.1f}" y="{24 + 22 * i}">{value:.3f}</text>'
        for i, (name, value) in enumerate(rows)
    )
    return f'<svg width="640" height="{20 + 22 * len(rows)}" role="img" aria-label="{escape(title)}">{bars}</svg>'


def _reliability(bins: Sequence[dict[str, Any]]) -> str:
    total = max(1, sum(row["count"] for row in bins))
    points = "".join(
        f'<circle cx="{40 + 240 * row["score"]:.1f}" cy="{260 - 240 * row["observed"]:.1f}" '
        f'r="{3 + 9 * (row["count"] / total) ** 0.5:.1f}" fill="#2f6f9f" fill-opacity=".7">'
        f"<title>{row['count']} mails, score {row['score']:.2f}, observed {row['observed']:.2f}</title></circle>"
        for row in bins
        if row["count"]
    )
    return (
        '<svg width="300" height="300" role="img" aria-label="reliability">'
        '<rect x="40" y="20" width="240" height="240" fill="none" stroke="#b8c2cc"/>'
        '<line x1="40" y1="260" x2="280" y2="20" stroke="#b8c2cc"/>'
        f'{points}<text x="160" y="285" text-anchor="middle">score</text>'
        '<text x="12" y="140" transform="rotate(-90 12 140)" text-anchor="middle">observed</text></svg>'
    )


def _errors(rows: Sequence[dict[str, Any]]) -> str:
    body = "".join(
        "<tr>"
        + "".join(f"<td>{escape(cell)}</td>" for cell in (row["id"], row["route"], _names(row["labels"])))
        + f'<td>{escape(_names(row["found"]))}</td><td class="text">{escape(row["text"])}</td></tr>'
        for row in rows
    )
    return f"<table><tr><th>mail</th><th>route</th><th>labels</th><th>given</th><th>text</th></tr>{body}</table>"


def _names(labels: Sequence[str]) -> str:
    return ", ".join(labels) or "none"
