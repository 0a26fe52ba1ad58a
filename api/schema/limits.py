"""What one request may ask for: length, tokens, nesting, aliases and cost, before it is validated.

Validation itself takes time that grows with the square of what is asked, so everything here is
counted first.
"""

from collections.abc import Iterator
from typing import Any

from graphql import DocumentNode, FieldNode, GraphQLSchema, Source, TokenKind, parse, visit
from graphql.language import SKIP, Lexer, Visitor
from strawberry.extensions import SchemaExtension

from api.schema import cost
from api.schema.errors import TooComplex

MAX_LENGTH = 50_000  # characters of a query
MAX_TOKENS = 2_000
MAX_NESTING = 30  # brackets in each other
MAX_DIGITS = 40  # of a number
MAX_FIELDS = 300  # as written
MAX_ALIASES = 30
MAX_COST = 100_000

_OPEN = {TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L}
_CLOSE = {TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R}
_NUMBERS = {TokenKind.INT, TokenKind.FLOAT}


class Limits(SchemaExtension):
    """Refuses what is too much, as TOO_COMPLEX."""

    def on_parse(self) -> Iterator[None]:
        """Parse under limits; the library takes the document as it is then."""
        context = self.execution_context
        document = read(context.query or "")
        context.graphql_document = document
        check(document, context.schema._schema, context.variables or {})  # it has no public name
        yield


def read(source: str) -> DocumentNode:
    """Parse a query. Raises TooComplex or GraphQLError."""
    _check_tokens(source)
    return parse(source, no_location=False, max_lexical_tokens=MAX_TOKENS)


def check(document: DocumentNode, schema: GraphQLSchema, variables: dict[str, Any]) -> None:
    """Raises TooComplex for too many fields or aliases, or too high a cost."""
    counted = _Counter()
    visit(document, counted)
    if counted.fields > MAX_FIELDS:
        raise TooComplex(f"A query names at most {MAX_FIELDS} fields.")
    if counted.aliases > MAX_ALIASES:
        raise TooComplex(f"A query has at most {MAX_ALIASES} aliases.")
    found = cost.of_document(document, schema, variables)
    if found > MAX_COST:
        raise TooComplex(
            f"This query may cost {found:,}, the most is {MAX_COST:,}: ask for fewer hits or "
            "fewer fields of each."
        )


def _check_tokens(source: str) -> None:
    """Without a parser, whose stack deep nesting would exhaust."""
    if len(source) > MAX_LENGTH:
        raise TooComplex(f"A query has at most {MAX_LENGTH:,} characters: use variables.")
    lexer = Lexer(Source(source))
    count = nesting = 0
    while (token := lexer.advance()).kind is not TokenKind.EOF:
        count += 1
        nesting += (token.kind in _OPEN) - (token.kind in _CLOSE)
        if count > MAX_TOKENS:
            raise TooComplex(f"A query has at most {MAX_TOKENS:,} words and signs.")
        if nesting > MAX_NESTING:
            raise TooComplex(f"A query has at most {MAX_NESTING} brackets in each other.")
        if token.kind in _NUMBERS and token.end - token.start > MAX_DIGITS:
            raise TooComplex(f"A number has at most {MAX_DIGITS} digits.")


class _Counter(Visitor):
    """Fields and aliases as written."""

    def __init__(self) -> None:
        super().__init__()
        self.fields = 0
        self.aliases = 0

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        self.fields += 1
        self.aliases += node.alias is not None

    def enter_argument(self, *_: Any) -> Any:
        return SKIP
