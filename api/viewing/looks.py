"""How a rendered frame is asked for: window, size and form."""

from collections.abc import Mapping

from embedder.display import Window
from infra.errors import BadQuery
from ingest.showing.one_frame import Look

LONGEST_SIDE = 4096
FORMS = {"image/webp": "WEBP", "image/png": "PNG", "image/jpeg": "JPEG"}
KINDS = {form: kind for kind, form in FORMS.items()}
FUNCTIONS = {"linear": "LINEAR", "linear-exact": "LINEAR_EXACT", "sigmoid": "SIGMOID"}


def plain_look(query: Mapping[str, str], form: str) -> Look:
    """From `size`, `wc` and `ww`. Raises BadQuery."""
    size = _number("size", query.get("size") or LONGEST_SIDE)
    window = None
    if query.get("wc") or query.get("ww"):
        window = _window(query.get("wc", ""), query.get("ww", ""), "LINEAR")
    return Look(form=form, size=_side(size), window=window)


def wado_look(query: Mapping[str, str], form: str) -> Look:
    """From `window` = center,width,function and `viewport` = width,height (PS3.18 8.3.5.1).

    Raises BadQuery.
    """
    window = None
    if query.get("window"):
        center, width, function, *_ = [*query["window"].split(","), "", "", ""]
        if function.lower() not in FUNCTIONS:
            raise BadQuery("The window is center,width,function: linear, linear-exact or sigmoid.")
        window = _window(center, width, FUNCTIONS[function.lower()])
    size: float = LONGEST_SIDE
    if query.get("viewport"):
        sides = query["viewport"].split(",")
        if len(sides) != 2:
            raise BadQuery("The viewport is width,height in pixels.")
        size = min(_number("viewport", side) for side in sides)
    return Look(form=form, size=_side(size), window=window)


def _window(center: str, width: str, function: str) -> Window:
    found = Window(
        center=_number("window", center), width=_number("window", width), function=function
    )
    if found.width <= 0:
        raise BadQuery("A window has a width above 0.")
    return found


def _side(size: float) -> int:
    return int(min(max(size, 1), LONGEST_SIDE))


def _number(name: str, text: str | int) -> float:
    try:
        number = float(text)
    except ValueError:
        raise BadQuery(f"The {name} is given as a number.") from None
    if not abs(number) < 1e12:
        raise BadQuery(f"The {name} is given as a number.")
    return number
