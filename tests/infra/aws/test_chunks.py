from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from infra.aws.chunks import OVERLAP, chunks_of

SENTENCE = "There is a small left pleural effusion with 1\u2009cm depth. "
TEXTS = st.text(st.sampled_from("a. \n,é\U0001f600"), max_size=400)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(TEXTS, st.integers(16, 120))
@example("\U0001f600" * 100, 16)
def test_chunks_fit_overlap_and_leave_no_gap(text: str, limit: int) -> None:
    chunks = chunks_of(text, limit)
    assert chunks[0].own_begin == 0
    assert chunks[-1].own_end == len(text)
    for one in chunks:
        assert len(text[one.begin : one.end].encode()) <= limit
        assert one.begin <= one.own_begin <= one.own_end <= one.end
    for one, following in pairwise(chunks):
        assert one.own_end == following.own_begin
        assert one.begin < following.begin <= one.end < following.end


def test_a_short_text_is_one_chunk() -> None:
    (chunk,) = chunks_of(SENTENCE, 10_000)
    assert (chunk.begin, chunk.end) == (0, len(SENTENCE))


def test_chunks_begin_and_end_with_sentences_and_share_some() -> None:
    text = SENTENCE * 500
    chunks = chunks_of(text, 10_000)
    assert len(chunks) == 4
    for one, following in pairwise(chunks):
        assert text[: one.end].endswith(". ")
        assert text[: following.begin].endswith(". ")
        assert text[: one.own_end].endswith(". ")
        assert len(SENTENCE) < one.end - following.begin <= OVERLAP * 2
