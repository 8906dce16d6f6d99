"""Documents as they are run: scanned, parsed, measured and validated, and kept for the next time.

References: the Validation section of the GraphQL specification.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from graphql import (
    ASTValidationRule,
    DirectiveNode,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OverlappingFieldsCanBeMergedRule,
    ValidationContext,
    parse,
    specified_rules,
    validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from schema.bounds import Limits
from schema.deferring import DIRECTIVES
from schema.measuring import oversized
from schema.scan import limit_error, scanned

KEPT_BYTES = 32_000_000
"""So much memory, about, may documents take that are kept parsed and validated."""
BYTES_PER_TOKEN = 400
"""About what a token takes once parsed; the text comes on top."""
MOST_DEFERRED = 10
"""In so many places a document may defer or stream."""
MOST_COMPARISONS = 40_000
"""Effort of finding out whether fields of one name can be merged: it grows with their square."""
MOST_ERRORS = 20
"""So many errors of a document are told: each is looked for with likely spellings, at a cost."""


class Unfit(Exception):
    """A document that is not run, with the errors that say why."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        super().__init__(len(errors))
        self.errors = list(errors)


@dataclass(frozen=True, slots=True)
class _Kept:
    document: DocumentNode
    weight: int


class Documents:
    """Makes documents fit to be run on one schema, each once as long as there is room to keep it.

    What does not fit is not kept: a flood of nonsense pushes out nothing that is in use.
    """

    def __init__(self, limits: Limits, *, introspection: bool, room: int = KEPT_BYTES) -> None:
        self._limits = limits
        self._rules = _rules(introspection=introspection)
        self._room = room
        self._taken = 0
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = Lock()

    @property
    def taken(self) -> int:
        """About how many bytes what is kept takes."""
        return self._taken

    def known(self, text: str) -> DocumentNode | None:
        """Give a document that was found fit and is still there."""
        with self._lock:
            found = self._kept.get(text)
            if found is not None:
                self._kept.move_to_end(text)
            return None if found is None else found.document

    def fit(self, schema: GraphQLSchema, text: str) -> DocumentNode:
        """Give a document that can be run. Unfit, with all errors at once, when it cannot.

        Cost: a scan that ends at a limit, then some 20 µs a token; nothing for one that is known.
        """
        found = self.known(text)
        if found is not None:
            return found
        try:
            scanned(text, self._limits)
            document = parse(text, max_tokens=self._limits.tokens)
        except GraphQLError as error:
            raise Unfit([error]) from None
        errors = oversized(document, self._limits)
        errors = errors or validate(schema, document, self._rules, max_errors=MOST_ERRORS)
        if errors:
            raise Unfit([_told(error) for error in errors])
        self._keep(text, document)
        return document

    def _keep(self, text: str, document: DocumentNode) -> None:
        weight = 2 * len(text) + BYTES_PER_TOKEN * document.token_count
        with self._lock:
            if text in self._kept or weight > self._room:
                return
            self._kept[text] = _Kept(document, weight)
            self._taken += weight
            while self._taken > self._room:
                _, dropped = self._kept.popitem(last=False)
                self._taken -= dropped.weight


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


class MergingRule(OverlappingFieldsCanBeMergedRule):
    """The rule of fields that overlap, with an effort that is bounded more tightly."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self.rule_context.remaining_complexity_budget = MOST_COMPARISONS


def _told(error: GraphQLError) -> GraphQLError:
    """Name the limit where validation ended because of the effort that merging fields takes."""
    if error.message == "Validation aborted.":
        return limit_error("comparisons", None, MOST_COMPARISONS)
    return error


def _rules(*, introspection: bool) -> tuple[type[ASTValidationRule], ...]:
    rules = [
        MergingRule if rule is OverlappingFieldsCanBeMergedRule else rule
        for rule in specified_rules
    ]
    rules += [MaybeNullValidationRule, OneOfInputValidationRule, DeferralRule]
    if not introspection:
        rules.append(NoSchemaIntrospectionCustomRule)
    return tuple(rules)
