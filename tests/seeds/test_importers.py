from pathlib import Path

import pytest

import seeds
from graph.errors import BadUsage, Violation
from seeds.importers import IMPORTERS, Options, importer
from tests.seeds.reading import names

ROOT = Path(__file__).parents[2]


def test_every_importer_has_a_name_of_its_own_and_a_section_in_the_docs() -> None:
    page = (ROOT / "docs" / "importers.md").read_text(encoding="utf-8")
    assert len({known.name for known in IMPORTERS}) == len(IMPORTERS)
    for known in IMPORTERS:
        assert f"| `{known.name}` |" in page
        assert known.name == "document" or f"## {known.name}\n" in page
        assert importer(known.name) is known


def test_a_format_that_is_not_known_is_bad_usage_with_the_nearest() -> None:
    with pytest.raises(BadUsage, match="did you mean kubernetes"):
        importer("kubernets")
    with pytest.raises(BadUsage, match="one of document, kubernetes, okr-json, okr-csv"):
        importer("xyz")


def test_documents_are_read_one_after_the_other(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"kind": "Team", "key": "a"}\n')
    (tmp_path / "b.yaml").write_text("kind: Team\nkey: b\n")
    problems: list[Violation] = []
    paths = [tmp_path / "a.jsonl", tmp_path / "b.yaml"]
    assert names(importer("document").read(paths, problems.append)) == ["Team/a", "Team/b"]
    with pytest.raises(BadUsage, match="no document"):
        list(importer("document").read([], problems.append))


def test_shipped_data_says_where_it_comes_from_and_under_which_licence() -> None:
    data = Path(seeds.__file__).parent / "data"
    for folder in filter(Path.is_dir, data.iterdir()):
        text = (folder / "SOURCE.md").read_text(encoding="utf-8")
        assert "commit" in text
        assert "Licence" in text
        for path in folder.iterdir():
            assert path.name == "SOURCE.md" or f"`{path.name}`" in text


@pytest.mark.parametrize("name", ["document", "kubernetes"])
def test_a_merge_of_a_format_without_duplicates_is_bad_usage(name: str) -> None:
    with pytest.raises(BadUsage, match="only okr-json and okr-csv do"):
        importer(name).read([], lambda _: None, Options(merge_duplicates=True))
