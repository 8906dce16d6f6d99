from pathlib import Path

from graph.model.catalog import ENTITIES, RELATIONS
from seeds.reference import reference, refreshed
from tests.seeds.reading import names, read

PAGE = Path(__file__).parents[2] / "docs" / "document.md"


def test_the_page_on_the_document_ends_with_the_tables_of_the_catalogue() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == refreshed(page), "write refreshed(page) to docs/document.md"


def test_the_tables_name_every_kind_relationship_property_and_word() -> None:
    text = reference()
    for entity_kind in ENTITIES:
        assert f"### {entity_kind.label}\n" in text
        for prop in entity_kind.settable:
            assert f"| `{prop.name}` |" in text
            for member in prop.term or ():
                assert f"| `{member.value}` | {member.description} |" in text
    for kind in RELATIONS:
        part = text.split(f"### {kind.type}\n")[1].split("### ")[0]
        for prop in kind.settable:
            assert f"| `{prop.name}` |" in part


def test_the_example_on_the_page_can_be_read_in_both_forms() -> None:
    blocks = PAGE.read_text(encoding="utf-8").split("```")
    jsonl, yaml = blocks[1].removeprefix("json\n"), blocks[3].removeprefix("yaml\n")
    assert names(read(jsonl)[0]) == names(read(yaml)[0])
    assert len(read(jsonl)[0]) == 3
