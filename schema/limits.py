"""What a document may cost before it is run. Each refusal names the limit and its value."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from graphql import (
    ASTValidationRule,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationContext,
    parse,
)
from strawberry.extensions import SchemaExtension, ValidationCache

from schema.bounds import DEFAULTS, Limits
from schema.deferring import DIRECTIVES, Deferring

DOCUMENTS_KEPT = 256
"""So many documents are kept parsed and validated."""
MOST_DEFERRED = 10
"""In so many places a document may defer or stream."""


@dataclass(frozen=True, slots=True)
class Size:
    """How deep a selection goes, and how many aliases it holds, fragments spread out."""

    depth: int
    aliases: int


class _Measure:
    """Measures selections; each fragment once, so that nesting them costs nothing."""

    def __init__(self, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._known: dict[str, Size] = {}

    def of(self, selections: SelectionSetNode | None) -> Size:
        """Measure a selection."""
        depth = aliases = 0
        for node in selections.selections if selections else ():
            size = self._one(node)
            depth, aliases = max(depth, size.depth), aliases + size.aliases
        return Size(depth, aliases)

    def _one(self, node: object) -> Size:
        if isinstance(node, FieldNode):
            inner = self.of(node.selection_set)
            own = 0 if node.name.value.startswith("__") else 1
            return Size(inner.depth + own, inner.aliases + (node.alias is not None))
        if isinstance(node, InlineFragmentNode):
            return self.of(node.selection_set)
        return self._spread(node.name.value) if isinstance(node, FragmentSpreadNode) else Size(0, 0)

    def _spread(self, name: str) -> Size:
        if name not in self._known:
            # A fragment that holds itself counts once here; another rule refuses it.
            self._known[name] = Size(0, 0)
            fragment = self._fragments.get(name)
            self._known[name] = self.of(fragment.selection_set if fragment else None)
        return self._known[name]


@lru_cache
def limit_rule(limits: Limits) -> type[ASTValidationRule]:
    """Give the validation rule of some limits: one class each, as the validation cache needs."""

    class LimitRule(ASTValidationRule):
        """Refuses operations that are too deep or have too many aliases."""

        def __init__(self, context: ValidationContext) -> None:
            super().__init__(context)
            definitions = context.document.definitions
            fragments = {
                d.name.value: d for d in definitions if isinstance(d, FragmentDefinitionNode)
            }
            measure = _Measure(fragments)
            for operation in definitions:
                if isinstance(operation, OperationDefinitionNode):
                    size = measure.of(operation.selection_set)
                    self._check(operation, "depth", size.depth, limits.depth)
                    self._check(operation, "aliases", size.aliases, limits.aliases)

        def _check(self, node: OperationDefinitionNode, name: str, found: int, most: int) -> None:
            if found > most:
                self.report_error(limit_error(name, found, most, node))

    return LimitRule


class DeferralRule(ASTValidationRule):
    """Refuses documents that defer in many places: each is kept and told apart, on each node."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._found = 0

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        """Count, and refuse the first that is one too many."""
        self._found += node.name.value in DIRECTIVES
        if self._found == MOST_DEFERRED + 1:
            self.report_error(limit_error("deferrals", None, MOST_DEFERRED))


def limit_error(
    name: str, found: int | None, most: int, node: OperationDefinitionNode | None = None
) -> GraphQLError:
    """Make the error of a limit that was passed."""
    has = f"has {name} {found:,}" if found is not None else f"has too many {name}"
    return GraphQLError(
        f"The document {has}: the limit is {most:,}.",
        node,
        extensions={"code": "LIMIT_EXCEEDED", "limit": name, "value": most},
    )


class _Bounds(SchemaExtension):
    """Puts the limits on an operation, and refuses one that is not named among several."""

    limits = DEFAULTS
    introspection = True

    def on_operation(self) -> Iterator[None]:
        """Bound the tokens before anything is parsed, and add the rules."""
        context = self.execution_context
        context.parse_options["max_tokens"] = self.limits.tokens
        rules: list[type[ASTValidationRule]] = [limit_rule(self.limits), DeferralRule]
        if not self.introspection:
            rules.append(NoSchemaIntrospectionCustomRule)
        context.validation_rules = (*context.validation_rules, *rules)
        yield


@lru_cache(maxsize=DOCUMENTS_KEPT)
def _parsed(query: str, tokens: int) -> DocumentNode:
    return parse(query, max_tokens=tokens)


class _Documents(SchemaExtension):
    """Keeps documents parsed. One that cannot be parsed is left to the schema, which says why."""

    def on_parse(self) -> Iterator[None]:
        """Look the document up before it would be parsed."""
        context = self.execution_context
        tokens = context.parse_options.get("max_tokens", DEFAULTS.tokens)
        with suppress(GraphQLError):
            context.graphql_document = _parsed(context.query or "", tokens)
        yield


class _OneOperation(SchemaExtension):
    """Refuses a document with several operations when the request names none of them."""

    def on_validate(self) -> Iterator[None]:
        """Look once the document is known to be valid; else execution would run the first one."""
        context = self.execution_context
        document = context.graphql_document
        operations = [
            d
            for d in (document.definitions if document else ())
            if isinstance(d, OperationDefinitionNode)
        ]
        unnamed = context._provided_operation_name is None  # noqa: SLF001 - not kept elsewhere
        if unnamed and len(operations) > 1 and not context.pre_execution_errors:
            context.pre_execution_errors = [
                GraphQLError(
                    "The document holds several operations: say which, in operationName.",
                    extensions={"code": "OPERATION_NAME_MISSING"},
                )
            ]
        yield


def extensions(
    limits: Limits, *, introspection: bool
) -> Sequence[type[SchemaExtension] | Callable[[], SchemaExtension]]:
    """Give the extensions of a schema: classes, of which every operation gets its own instance."""
    bounds = type("Bounds", (_Bounds,), {"limits": limits, "introspection": introspection})
    return (
        bounds,
        _Documents,
        lambda: ValidationCache(DOCUMENTS_KEPT),
        _OneOperation,
        Deferring,
    )
