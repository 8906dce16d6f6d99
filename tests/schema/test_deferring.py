from graphql import parse, print_ast

from schema.deferring import at_once
from tests.schema.asking import ask, company


def test_what_is_deferred_is_asked_for_at_once_and_nothing_else_changes() -> None:
    text = """query Q($later: Boolean!) {
      a
      ... @defer(if: $later, label: "x") @include(if: true) { b @stream(initialCount: 1) { c } }
      ...F @defer
    }
    fragment F on Query { d }"""
    plain = """query Q($later: Boolean!) { a ... @include(if: true) { b { c } } ...F }
    fragment F on Query { d }"""
    assert print_ast(at_once(parse(text))) == print_ast(parse(plain))


def test_what_is_deferred_in_many_places_is_refused_with_the_limit() -> None:
    spots = [f'... @defer(label: "{n}") {{ graph {{ at }} }}' for n in range(11)]
    assert not ask(company(), f"{{ {' '.join(spots[:10])} }}").errors
    (error,) = ask(company(), f"{{ {' '.join(spots)} }}").errors
    assert error["extensions"] == {"code": "LIMIT_EXCEEDED", "limit": "deferrals", "value": 10}
