"""Phrases that are made the same way for every site of the body: tumours and pain."""

from collections.abc import Iterator

from ingest.reports.phrases import Words, expand, normalised
from ingest.reports.tables import rows
from ingest.reports.titles import slug

_MALIGNANT = "cancer|carcinoma|adenocarcinoma|malignancy|malignant tumor|malignant neoplasm"
_SECONDARY = "metastasis|metastases|metastatic disease|metastatic lesion"
_UNSPECIFIED = "tumor|neoplasm|neoplasia|neoformation|tumoration"
_FORMS = (
    ("cancer", f"{{site}} ({_MALIGNANT}) | ({_MALIGNANT}) of [the|her|his] [right|left] {{site}}"),
    (
        "metastasis",
        f"{{site}} ({_SECONDARY}) | ({_SECONDARY}) (to|in|of) [the] [right|left] {{site}}",
    ),
    ("tumor", f"{{site}} ({_UNSPECIFIED}) | ({_UNSPECIFIED}) (of|in) [the] {{site}}"),
    ("pain", "{site} pain | pain in [the] {site}"),
)


def site_phrases() -> Iterator[tuple[Words, str, str]]:
    """(phrase, finding id, code) for each row of `data/sites.tsv`."""
    for *codes, notation in rows("sites.tsv"):
        sites = list(expand(notation))
        for (kind, form), code in zip(_FORMS, codes, strict=True):
            for site in sites if code else ():
                for phrase in expand(form.format(site=site)):
                    yield normalised(phrase), slug(f"{sites[0]} {kind}"), code
