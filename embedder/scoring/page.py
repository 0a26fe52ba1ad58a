"""The scorecard as one HTML page: plots, tables and examples, without scripts or outside files."""

import base64
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt

from embedder.labelled import LabelledPicture
from embedder.pixels import thumbnail
from embedder.scoring.ranking import IDENTITY, KIND, METRICS
from embedder.scoring.retrieval import PAIRED, Judged, members_of

EXAMPLES, SHOWN = 2, 5  # rows for each table, neighbours in a row
THUMBNAIL = 96
BAR, PLOT, LEFT = 18, 440, 280  # pixels: height of a bar, width of the plot and of the names

STYLE = """
body{font:14px/1.4 system-ui,sans-serif;margin:2em auto;max-width:980px;color:#1b1f24}
h2{margin-top:1.6em;font-size:17px}table{border-collapse:collapse}
td,th{padding:2px 10px;text-align:right;border-bottom:1px solid #e3e6ea}
td{font-variant-numeric:tabular-nums}
td:first-child,th:first-child{text-align:left}small{color:#5b6570}
.row{display:flex;gap:8px;margin:6px 0}figure{margin:0;width:110px}
figcaption{font-size:11px;color:#5b6570;overflow-wrap:anywhere}
figure.hit img{outline:3px solid #1a7f4b}figure.miss img{outline:3px solid #c9cfd6}
"""

Pictures = npt.NDArray[np.uint8]


def page(
    document: Mapping[str, Any],
    rows: Sequence[LabelledPicture],
    model: Judged,
    pictures: Pictures | None,
) -> str:
    """One page of `scorecard`'s document; `model` and `pictures` (n, side, side) give examples."""
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8><title>Retrieval scorecard</title>",
        f"<style>{STYLE}</style><h1>Retrieval scorecard</h1>",
        f"<p>{document['pictures']} pictures of {document['patients']} patients. A neighbour is "
        "right when at least half of both pictures' labels are shared; pictures of the query's own "
        "patient never answer. Lines are 95 % intervals over patients. Research use, not for "
        "diagnosis.</p>",
        "<h2>mAP@10, mean over tables</h2>",
        _bars({name: found["overall"]["mAP@10"] for name, found in document["models"].items()}),
        "<h2>Overall</h2>",
        _table({name: m["overall"] for name, m in document["models"].items()}, (*METRICS, KIND)),
    ]
    for table, count in document["tables"].items():
        parts.append(f"<h2>{escape(table)} <small>{count} pictures</small></h2>")
        scores = {name: found["tables"][table] for name, found in document["models"].items()}
        parts.append(_table(scores, (*METRICS, IDENTITY)))
    parts.append("<h2>Gains of the first model <small>paired, 95 % intervals</small></h2>")
    parts.append(_gains(document["paired"]))
    if "disturbed" in document:
        parts.append("<h2>Disturbed queries <small>change against undisturbed ones</small></h2>")
        parts.append(_table(document["disturbed"], (*PAIRED, KIND)))
    if document.get("shortcuts"):
        parts.append(
            "<h2>Shortcuts <small>mAP@10 above chance, when only those of the same, or of another, "
            "value may answer</small></h2>"
        )
        parts += [_shortcut(one) for one in document["shortcuts"]]
    first = next(iter(document["models"].values()))
    for title, name in (("By label", "labels"), ("By modality", "modalities")):
        parts.append(f"<h2>{title} <small>of the first model</small></h2>")
        parts.append(_table(first[name], METRICS))
    if pictures is not None:
        parts.append("<h2>Examples <small>query, then its five nearest</small></h2>")
        parts += _examples(rows, model, pictures)
    return "".join(parts)


def _shortcut(one: Mapping[str, Any]) -> str:
    """One attribute of one table, by model."""
    values = ", ".join(f"{name} {count}" for name, count in one["values"].items())
    alike = f"same {one['attribute']}@10"
    scores = {
        name: {alike: model["same_value@10"]["found"], **model["above_chance"]}
        for name, model in one["models"].items()
    }
    scores["chance"] = {alike: next(iter(one["models"].values()))["same_value@10"]["chance"]}
    title = escape(f"{one['table']}, {one['attribute']}: {values}")
    return f"<p>{title}</p>{_table(scores, (alike, 'all', 'same', 'other'))}"


def _number(found: Mapping[str, Any] | None) -> str:
    if not found or found["mean"] is None:
        return "–"
    between = "–" if found["low"] >= 0 else " to "
    return f"{found['mean']:.3f} <small>{found['low']:.3f}{between}{found['high']:.3f}</small>"


def _table(scores: Mapping[str, Mapping[str, Any]], metrics: Sequence[str]) -> str:
    head = "".join(f"<th>{escape(metric)}</th>" for metric in metrics)
    body = "".join(
        f"<tr><td>{escape(name)}</td>"
        + "".join(f"<td>{_number(found.get(metric))}</td>" for metric in metrics)
        + "</tr>"
        for name, found in scores.items()
    )
    return f"<table><tr><th></th>{head}</tr>{body}</table>"


def _gains(paired: Mapping[str, Mapping[str, Any]]) -> str:
    scores = {
        f"over {other}: {part}": found
        for other, parts in paired.items()
        for part, found in parts.items()
    }
    metrics = list(next(iter(scores.values()), {}))
    return _table(scores, metrics) if scores else "<p>One model only.</p>"


def _bars(scores: Mapping[str, Mapping[str, Any]]) -> str:
    """A horizontal bar for each model, with a line for its interval, as SVG."""
    known = {name: found for name, found in scores.items() if found["mean"] is not None}
    most = max((found["high"] for found in known.values()), default=1.0) or 1.0
    lines = []
    for place, (name, found) in enumerate(known.items()):
        top = place * (BAR + 10)
        low, mean, high = (found[part] / most * PLOT for part in ("low", "mean", "high"))
        middle = top + BAR / 2
        lines.append(
            f'<text x="0" y="{middle + 5}" font-size="13">{escape(name)}</text>'
            f'<rect x="{LEFT}" y="{top}" width="{mean:.1f}" height="{BAR}" fill="#7aa6d8"/>'
            f'<path d="M{LEFT + low:.1f} {middle}H{LEFT + high:.1f}" stroke="#1b1f24"/>'
            f'<text x="{LEFT + 8 + high:.1f}" y="{middle + 5}" font-size="12">'
            f"{found['mean']:.3f}</text>"
        )
    height = len(known) * (BAR + 10)
    return f'<svg width="800" height="{height}" role="img">{"".join(lines)}</svg>'


def _examples(rows: Sequence[LabelledPicture], model: Judged, pictures: Pictures) -> list[str]:
    """Evenly spaced queries of each table, not chosen by how well they went."""
    shown = []
    for table, members in members_of(rows).items():
        answers = model.tables[table]
        picks = np.linspace(0, len(members) - 1, EXAMPLES + 2).astype(int)[1:-1]
        for query in sorted(set(picks.tolist())):
            asked = rows[members[query]]
            figures = [_figure(asked, pictures[members[query]], "")]
            for place in answers.top[query][:SHOWN]:
                row = rows[members[place]]
                if row.patient != asked.patient:
                    figures.append(_figure(row, pictures[members[place]], _verdict(asked, row)))
            shown.append(f'<div class="row">{"".join(figures)}</div>')
    return shown


def _verdict(asked: LabelledPicture, row: LabelledPicture) -> str:
    shared, either = len(asked.labels & row.labels), len(asked.labels | row.labels)
    return "hit" if either and shared / either >= 0.5 else "miss"


def _figure(row: LabelledPicture, picture: Pictures, verdict: str) -> str:
    data = base64.b64encode(thumbnail(picture, THUMBNAIL)).decode()
    said = escape(", ".join(sorted(row.labels)) or "no labels")
    return (
        f'<figure class="{verdict}"><img src="data:image/webp;base64,{data}" alt="{said}" '
        f'width="{THUMBNAIL}"><figcaption>{said}</figcaption></figure>'
    )
