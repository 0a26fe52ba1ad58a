"""A text tree compiled to OpenSearch: which cases match, and how well.

Relevance is the one of SQLite's FTS5, so that both stores rank alike: bm25 with k1 = 1.2, b = 0.75,
each phrase a term of its own, over all texts. Lucene's own knows the length of a text only in steps
and has other weights for phrases. Here the index gives how often a phrase occurs (a similarity of
its own, see `opensearch_mappings`), and a script the rest, from numbers that are asked for first.
Formula: Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log

from infra.aws.opensearch_client import Json
from infra.aws.opensearch_documents import LONGEST
from infra.aws.opensearch_filters import every, no, some
from infra.query import AllText, AnyText, NoText, Phrase, Text
from infra.text import fold, searchable

MOST_CLAUSES = 1_000  # of a query; the server takes 1,024. Each phrase is one for matching, too
MOST_RANKED = 500  # words of a prefix that count for relevance, the most frequent; all match
MOST_ENDINGS = 3_000  # words at the end of phrases, of all of a tree: some KB of memory each
LEAST_WEIGHT = 1e-6  # of a phrase that half of the texts have

# A phrase of several words has its number of occurrences once for each word.
RELEVANCE = """
double n = _score / params.words;
return params.weight * n * 2.2 / (n + 0.3 + 0.9 * doc['length'].value / params.mean);
"""


@dataclass(frozen=True, slots=True)
class Corpus:
    """What relevance depends on: number of texts, their mean length, how many hold each phrase,
    the words with which phrases may end, and how many of a prefix count.
    """

    texts: int
    mean: float
    holding: Mapping[Phrase, int]
    endings: Mapping[Phrase, Sequence[str]]
    most_ranked: int

    def weight(self, phrase: Phrase) -> float:
        """Rare phrases count for more."""
        holding = self.holding[phrase]
        return max(log((self.texts - holding + 0.5) / (holding + 0.5)), LEAST_WEIGHT)


def corpus_request(text: Text) -> Json:
    """The search that tells the Corpus of a tree."""
    most = _most_endings(text)
    phrases = {str(n): _phrase(phrase, most) for n, phrase in enumerate(_phrases(text))}
    aggregations: Json = {"mean": {"avg": {"field": "length"}}}
    if phrases:
        aggregations["holding"] = {"filters": {"filters": phrases}}
    for number, phrase in enumerate(_phrases(text)):
        if phrase.prefix and len(_words(phrase)) > 1:
            aggregations[f"endings {number}"] = _endings(phrase, most, _most_ranked(text))
    had = {"bool": {"filter": [{"term": {"kind": "case"}}, {"exists": {"field": "text_dataset"}}]}}
    return {"size": 0, "track_total_hits": True, "query": had, "aggs": aggregations}


def read_corpus(text: Text, answer: Json) -> Corpus:
    """What that search found."""
    found: Json = answer.get("aggregations", {})
    buckets = found.get("holding", {}).get("buckets", {})
    holding = {
        phrase: int(buckets.get(str(number), {}).get("doc_count", 0))
        for number, phrase in enumerate(_phrases(text))
    }
    endings = {
        phrase: [b["key"] for b in found[f"endings {number}"]["words"]["buckets"]]
        for number, phrase in enumerate(_phrases(text))
        if f"endings {number}" in found
    }
    total = int(answer["hits"]["total"]["value"])
    mean = found.get("mean", {}).get("value") or 1.0
    return Corpus(total, mean, holding, endings, _most_ranked(text))


def matching(text: Text) -> Json:
    """What matches, without relevance."""
    return _matching(text, _most_endings(text))


def _matching(text: Text, most: int) -> Json:
    match text:
        case Phrase():
            return _phrase(text, most)
        case AllText(parts):
            return every([_matching(part, most) for part in parts])
        case AnyText(parts):
            return some([_matching(part, most) for part in parts])
        case NoText(part):
            return no(_matching(part, most))


def ranked(text: Text, corpus: Corpus) -> Json:
    """What matches, with its relevance as score."""
    return _ranked(text, corpus, _most_endings(text))


def _ranked(text: Text, corpus: Corpus, most: int) -> Json:
    match text:
        case Phrase():
            return _scored(text, corpus, most)
        case AllText(parts):
            return {"bool": {"must": [_ranked(part, corpus, most) for part in parts]}}
        case AnyText(parts):
            some_part = [_ranked(part, corpus, most) for part in parts]
            return {"bool": {"should": some_part, **_ONE_OF_THEM}}
        case NoText():
            return {"bool": {"filter": [_matching(text, most)]}}


_ONE_OF_THEM = {"minimum_should_match": 1}


def _phrases(text: Text) -> Iterator[Phrase]:
    """The phrases that count for relevance, each once, in order."""
    yield from dict.fromkeys(_wanted(text))


def _wanted(text: Text) -> Iterator[Phrase]:
    match text:
        case Phrase():
            yield text
        case AllText(parts) | AnyText(parts):
            for part in parts:
                yield from _wanted(part)


def _every_phrase(text: Text) -> Iterator[Phrase]:
    match text:
        case Phrase():
            yield text
        case AllText(parts) | AnyText(parts):
            for part in parts:
                yield from _every_phrase(part)
        case NoText(part):
            yield from _every_phrase(part)


def _most_ranked(text: Text) -> int:
    """How many words of each prefix may count for relevance."""
    phrases = list(_every_phrase(text))
    prefixes = sum(phrase.prefix for phrase in phrases)
    left = MOST_CLAUSES - 2 * len(phrases)
    return min(MOST_RANKED, max(1, left // max(1, prefixes)))


def _most_endings(text: Text) -> int:
    """How many words may stand at the end of each phrase that ends with a prefix."""
    return MOST_ENDINGS // max(1, sum(phrase.prefix for phrase in _every_phrase(text)))


def _scored(phrase: Phrase, corpus: Corpus, most: int) -> Json:
    words = _words(phrase)
    counted = _phrase(phrase, most)
    if phrase.prefix and len(words) == 1:
        best = {"value": words[0], "rewrite": f"top_terms_{corpus.most_ranked}"}
        counted = {"prefix": {"text": best}}
    elif phrase.prefix:
        each = [_in_order([*words[:-1], word]) for word in corpus.endings.get(phrase, ())]
        counted = {"bool": {"should": each, **_ONE_OF_THEM}}
    params = {"weight": corpus.weight(phrase), "mean": corpus.mean, "words": len(words)}
    script: Json = {"source": RELEVANCE, "params": params}
    relevance = {"script_score": {"query": counted, "script": script}}
    return {"bool": {"filter": [_phrase(phrase, most)], "should": [relevance]}}


def _endings(phrase: Phrase, most: int, most_ranked: int) -> Json:
    """The words with which a phrase may end, of the texts that hold it."""
    words = {
        "field": "words",
        "include": beginning_with(_words(phrase)[-1]),
        "size": most_ranked,
    }
    return {"filter": _phrase(phrase, most), "aggs": {"words": {"terms": words}}}


def beginning_with(prefix: str) -> str:
    """A regular expression of Lucene's for words."""
    return "".join(sign if sign.isalnum() else f"\\{sign}" for sign in prefix) + ".*"


def _in_order(words: Sequence[str]) -> Json:
    return {"match_phrase": {"text": {"query": " ".join(words)}}}


def _phrase(phrase: Phrase, most: int) -> Json:
    words = _words(phrase)
    if not words:
        return {"match_none": {}}
    if len(words) == 1:
        return {"prefix" if phrase.prefix else "term": {"text": {"value": words[0]}}}
    if not phrase.prefix:
        return _in_order(words)
    every_ending = {"query": " ".join(words), "max_expansions": most}
    return {"match_phrase_prefix": {"text": every_ending}}


def _words(phrase: Phrase) -> list[str]:
    """Folded once more: a tree may come from elsewhere than `parse_text`."""
    plain = [word for word in phrase.words if word.isascii() and word.isalnum() and word.islower()]
    words = (
        phrase.words if len(plain) == len(phrase.words) else fold([searchable(_text(phrase))])[0]
    )
    return [word[:LONGEST] for word in words]


def _text(phrase: Phrase) -> str:
    return " ".join(phrase.words)
