"""What the keys of findings mean in words."""

from functools import lru_cache

from infra import icd10
from infra.icd10 import Level


def describe(by: str, key: str) -> str:
    """The title of a chapter, block, category or code; a finding's name; "" for an unknown one."""
    if by in (Level.CHAPTER, Level.BLOCK):
        return icd10.title(key)
    if by in (Level.CATEGORY, Level.CODE):
        return code_title(key)
    words = key.replace("_", " ")
    return words[:1].upper() + words[1:]


def is_code(code: str) -> bool:
    """Whether ICD-10-CM has this code or category."""
    from ingest.reports.opening import open_rules

    return code in open_rules().lexicon.descriptions


@lru_cache(65_536)
def code_title(code: str) -> str:
    """What ICD-10-CM says of a code or category; of a longer one what its beginning means."""
    from ingest.reports.opening import open_rules

    titles = open_rules().lexicon.descriptions
    while code and code not in titles:
        code = code[:-1].rstrip(".")
    return titles.get(code, "")
