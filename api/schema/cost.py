"""What a query may cost: one for each value of the answer, with lists as long as they usually are,
and more for what is worked out. Pages count by their `first`.
"""

from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)
from graphql.type import is_list_type, is_non_null_type
from graphql.type.introspection import SchemaMetaFieldDef, TypeMetaFieldDef

from api.schema.errors import TooComplex

MAX_LEVELS = 40  # fields and fragments in each other
USUAL_LIST = 10

# How long lists of objects usually are.
LENGTHS = {
    "SearchConnection.edges": 1,  # counted by the page
    "Hit.excerpt": 5,
    "Hit.matchedFindings": 3,
    "Case.series": 5,
    "Case.reports": 2,
    "Case.attachments": 2,
    "Case.annotations": 2,
    "Case.measurements": 20,
    "HeartTrace.contours": 200,
    "HeartView.corrections": 2,
    "HeartView.measurements": 20,
    "Case.corrections": 2,
    "Instance.header": 200,
    "Query.filters": 16,
    "Query.facets": 12,
    "Facet.values": 50,
    "Overview.rows": 300,
    "Enrichment.rows": 300,
    "Spread.groups": 30,
    "Cooccurrence.pairs": 50,
    "__Schema.types": 50,
    "__Type.fields": 10,
    "__Type.inputFields": 2,
    "__Type.enumValues": 3,
    "__Type.interfaces": 1,
    "__Type.possibleTypes": 1,
    "__Field.args": 1,
}
# What is worked out, searched or read from files.
WORK = {
    "Query.__schema": 4_000,
    "Query.__type": 500,
    "Query.search": 2_000,
    "Query.facets": 2_000,
    "Query.suggestions": 500,
    "Query.findingSuggestions": 500,
    "Query.findingTerms": 500,
    "Query.analytics": 1_000,
    "Analytics.totalCases": 500,
    "Analytics.overview": 2_000,
    "Analytics.spread": 5_000,
    "Analytics.cooccurrence": 5_000,
    "Analytics.enrichment": 5_000,
    "Analytics.export": 5_000,
    "Query.about": 500,
    "Query.queryFile": 500,
    "Instance.header": 1_000,
    "Query.heart": 5_000,
    "Query.heartPreview": 1_000,
    "Mutation.markNotUseful": 1_000,
    "Mutation.correctHeart": 1_000,
    "Mutation.correctFinding": 1_000,
}
_META = {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef}


def of_document(document: DocumentNode, schema: GraphQLSchema, variables: dict[str, Any]) -> int:
    """The cost of all operations together. Raises TooComplex for too many levels.

    What does not fit the schema costs nothing: validation refuses it afterwards.
    """
    estimate = _Estimate(document, schema, variables)
    operations = (d for d in document.definitions if isinstance(d, OperationDefinitionNode))
    return sum(
        estimate.of_selections(one.selection_set, schema.get_root_type(one.operation), 0)
        for one in operations
    )


class _Estimate:
    def __init__(
        self, document: DocumentNode, schema: GraphQLSchema, variables: dict[str, Any]
    ) -> None:
        self._schema = schema
        self._variables = variables
        self._fragments = {
            one.name.value: one
            for one in document.definitions
            if isinstance(one, FragmentDefinitionNode)
        }
        self._known: dict[str, int] = {}

    def of_selections(self, node: SelectionSetNode | None, parent: Any, level: int) -> int:
        if level > MAX_LEVELS:
            raise TooComplex(f"A query has at most {MAX_LEVELS} levels.")
        if node is None or not isinstance(parent, GraphQLObjectType):
            return 0
        total = 0
        for selection in node.selections:
            if isinstance(selection, FieldNode):
                total += self._of_field(selection, parent, level + 1)
            elif isinstance(selection, InlineFragmentNode):
                total += self.of_selections(selection.selection_set, parent, level + 1)
            elif isinstance(selection, FragmentSpreadNode):
                total += self._of_fragment(selection.name.value, level + 1)
        return total

    def _of_field(self, node: FieldNode, parent: GraphQLObjectType, level: int) -> int:
        name = f"{parent.name}.{node.name.value}"
        definition = parent.fields.get(node.name.value) or _META.get(node.name.value)
        if definition is None:
            return 1
        below = self.of_selections(node.selection_set, get_named_type(definition.type), level)
        return WORK.get(name, 1) + below * self._length(node, name, definition)

    def _of_fragment(self, name: str, level: int) -> int:
        """Worked out once; 0 while inside itself, which validation refuses."""
        fragment = self._fragments.get(name)
        if fragment is None:
            return 0
        if name not in self._known:
            self._known[name] = 0
            parent = self._schema.get_type(fragment.type_condition.name.value)
            self._known[name] = self.of_selections(fragment.selection_set, parent, level)
        return self._known[name]

    def _length(self, node: FieldNode, name: str, definition: Any) -> int:
        if "first" in definition.args:
            return self._first(node, definition.args["first"].default_value)
        kind = definition.type.of_type if is_non_null_type(definition.type) else definition.type
        return LENGTHS.get(name, USUAL_LIST) if is_list_type(kind) else 1

    def _first(self, node: FieldNode, default: int) -> int:
        value: Any = default
        for argument in node.arguments or ():
            if argument.name.value == "first":
                value = self._value(argument.value)
        return max(1, value) if isinstance(value, int) else 1

    def _value(self, node: Any) -> Any:
        if isinstance(node, VariableNode):
            return self._variables.get(node.name.value, USUAL_LIST)
        return int(node.value) if isinstance(node, IntValueNode) else None
