import pytest
from graphql import GraphQLSchema, build_schema

from schema.bounds import DEFAULTS
from schema.documents import Documents, Unfit

SCHEMA: GraphQLSchema = build_schema(
    "type Query { a(n: Int): Query b: Int } type Mutation { c: Int }"
)


def _documents(room: int = 100_000) -> Documents:
    return Documents(DEFAULTS, introspection=True, room=room)


def _refused(documents: Documents, text: str) -> list[str]:
    with pytest.raises(Unfit) as raised:
        documents.fit(SCHEMA, text)
    return [str((error.extensions or {}).get("limit", "")) for error in raised.value.errors]


def test_a_document_is_parsed_and_validated_once() -> None:
    documents = _documents()
    first = documents.fit(SCHEMA, "{ a { b } }")
    assert documents.fit(SCHEMA, "{ a { b } }") is first
    assert documents.known("{ a { b } }") is first


def test_what_is_kept_is_bounded_in_bytes_and_what_is_used_stays() -> None:
    documents = _documents(room=50_000)
    documents.fit(SCHEMA, "{ b }")
    for number in range(200):
        documents.fit(SCHEMA, f"query Q{number} {{ a {{ b }} }} # {'x' * 1_000}")
        assert documents.known("{ b }") is not None
        assert 0 < documents.taken <= 50_000
    assert documents.known(f"query Q0 {{ a {{ b }} }} # {'x' * 1_000}") is None


def test_a_document_larger_than_the_room_is_run_and_not_kept() -> None:
    documents = _documents(room=100)
    assert documents.fit(SCHEMA, "{ a { b } }").definitions
    assert documents.known("{ a { b } }") is None
    assert documents.taken == 0


def test_what_does_not_fit_is_never_kept() -> None:
    documents = _documents()
    for text in ("{", "{ nothing }", "{ b" + " b" * 4_000 + "}"):
        _refused(documents, text)
        assert documents.known(text) is None
    assert documents.taken == 0


def test_all_that_is_wrong_with_a_document_is_told_up_to_twenty_errors() -> None:
    assert len(_refused(_documents(), "{ x y z }")) == 3
    assert len(_refused(_documents(), "{" + " ".join(f"x{i}" for i in range(100)) + "}")) == 21


def test_fields_that_would_take_long_to_compare_are_refused_by_a_limit() -> None:
    assert _refused(_documents(), "{" + " b" * 3_000 + "}") == ["comparisons"]
    assert _documents().fit(SCHEMA, "{" + " b" * 100 + "}").definitions


def test_a_page_of_sixty_components_with_a_fragment_each_is_compared() -> None:
    spreads = " ".join(f"...F{i}" for i in range(60))
    fragments = " ".join(f"fragment F{i} on Query {{ b a {{ b }} }}" for i in range(60))
    assert _documents().fit(SCHEMA, f"{{ {spreads} }} {fragments}").definitions


@pytest.mark.parametrize(
    "text",
    [
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
        "{ ...A } fragment A on Query { a { ...A } }",
        "{ ...Nobody }",
    ],
)
def test_fragments_in_circles_or_nowhere_are_errors_of_the_document(text: str) -> None:
    assert _refused(_documents(), text) == [""]


def test_a_long_chain_of_fragments_is_measured_without_recursion() -> None:
    chain = " ".join(f"fragment F{i} on Query {{ ...F{i + 1} }}" for i in range(150))
    text = f"{{ ...F0 }} {chain} fragment F150 on Query {{ a(n: 1) {{ b }} }}"
    assert _documents().fit(SCHEMA, text).definitions
