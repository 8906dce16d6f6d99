"""Cypher is written in one place, and from the catalogue alone: no text of a user comes into it."""

import ast
import re
from collections.abc import Callable, Iterator

import pytest

from graph.model.catalog import ENTITIES, RELATION, RelationKind
from graph.model.relations import Relation
from graph.store.statements import (
    create_relations,
    delete_relations,
    load_pairs,
    replace_relations,
)
from tests.house.sources import ROOT, place, sources, tree

STATEMENTS = ROOT / "graph" / "store" / "statements.py"
CYPHER = re.compile(
    r"\b(MATCH \(|MERGE \(|CREATE \(|UNWIND \$|DETACH DELETE|SET [a-z]\.|RETURN [a-z]+\b)"
)


def texts(module: ast.Module) -> Iterator[ast.Constant]:
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(module)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(module):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in documentation
        ):
            yield node


def test_no_module_but_that_of_the_statements_writes_cypher() -> None:
    strays = [
        place(path, text.lineno)
        for path in sources()
        if path != STATEMENTS
        for text in texts(tree(path))
        if CYPHER.search(str(text.value))
    ]
    assert strays == []
    assert sum(bool(CYPHER.search(str(text.value))) for text in texts(tree(STATEMENTS))) > 20


def test_whatever_is_run_is_a_statement_of_that_module() -> None:
    ran = [
        (path, call.args[0])
        for path in sources("graph")
        if path.is_relative_to(ROOT / "graph" / "store")
        for call in ast.walk(tree(path))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and ast.unparse(call.func) in {"tx.run", "session.run", "self._tx.run"}
    ]
    assert len(ran) > 20
    for path, statement in ran:
        # A name stands for what a function of the same module took from there, or loops over.
        fixed = ast.unparse(statement) in {"statement", "text", "'RETURN 1'"}
        assert fixed or ast.unparse(statement).startswith("statements."), place(
            path, statement.lineno
        )


def test_what_is_put_into_a_statement_comes_from_the_catalogue() -> None:
    put_in = {
        (given.arg, ast.unparse(given.annotation))
        for function in tree(STATEMENTS).body
        if isinstance(function, ast.FunctionDef)
        for given in (*function.args.args, *function.args.kwonlyargs)
        if given.annotation
    }
    assert put_in == {
        ("kind", "EntityKind[Entity]"),
        ("kind", "RelationKind[Relation]"),
        ("prop", "Property"),
        ("paged", "bool"),
        # Kinds of node, by their labels, and the letter of a variable.
        ("source", "str"),
        ("target", "str"),
        ("name", "str"),
        # Statements of this module, to be put into one.
        ("parts", "Sequence[str]"),
    }
    labels = {kind.label for kind in ENTITIES} | {""}
    assert {end for _, *ends in load_pairs() for end in ends} <= labels


@pytest.mark.parametrize("write", [create_relations, replace_relations, delete_relations])
def test_the_end_of_a_relationship_is_a_kind_that_there_is(
    write: Callable[[RelationKind[Relation], str, str], str],
) -> None:
    kind = RELATION["DEPENDS_ON"]
    assert "(a:Team {" in write(kind, "Team", "Team")
    for source, target in (("Team) DETACH DELETE a //", "Team"), ("Team", "`Team`")):
        with pytest.raises(KeyError):
            write(kind, source, target)
