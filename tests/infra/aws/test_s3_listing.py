"""Keys come sorted from servers that sort differently."""

from hypothesis import given, settings
from hypothesis import strategies as st

from infra.aws.s3_listing import in_order

FOLDERS = st.text("12.-_aZ", min_size=1, max_size=6).filter(lambda uid: not uid.startswith("."))
KEYS = st.lists(st.tuples(FOLDERS, st.sampled_from("abc")), unique=True, max_size=30)


@settings(deadline=None, derandomize=True, max_examples=200)
@given(KEYS)
def test_both_orders_of_servers(parts: list[tuple[str, str]]) -> None:
    keys = sorted("/".join(part) for part in parts)
    assert list(in_order(keys)) == keys
    assert list(in_order("/".join(part) for part in sorted(parts))) == keys


def test_it_streams() -> None:
    seen = []

    def endless():
        for number in range(10_000):
            seen.append(number)
            yield f"{number:05d}/a"

    assert next(in_order(endless())) == "00000/a"
    assert len(seen) < 5
