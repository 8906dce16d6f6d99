import inspect
from dataclasses import FrozenInstanceError, fields
from datetime import date

import orjson
import pytest

from graph.analyses.analysis import Analysis
from graph.analyses.parameters import Parameter, ParameterKind, ParameterValue
from graph.analyses.registry import ANALYSES, analysis
from graph.errors import BadUsage
from tests.notation import graph_of

EVERY = pytest.mark.parametrize("entry", ANALYSES, ids=lambda entry: entry.name)

SMALL = "Company c\nTeam t\nObjective o\nKeyResult k 5%\nk measures o\nt owns o"


def needed(entry: Analysis) -> dict[str, ParameterValue]:
    found: dict[str, ParameterValue] = {
        p.name: date(2026, 1, 5) for p in entry.parameters if p.today
    }
    root = "KeyResult/k" if entry.name == "history" else "Objective/o"
    needed = [p for p in entry.parameters if p.required]
    return found | {p.name: 10.0 if p.kind is ParameterKind.NUMBER else root for p in needed}


@EVERY
def test_the_declared_parameters_are_the_keywords_with_their_defaults(entry: Analysis) -> None:
    keywords = list(inspect.signature(entry.run).parameters.values())[1:]
    assert [word.name for word in keywords] == [p.name for p in entry.parameters]
    for word, parameter in zip(keywords, entry.parameters, strict=True):
        assert word.kind is inspect.Parameter.KEYWORD_ONLY
        assert (word.default is inspect.Parameter.empty) == parameter.required
        if not parameter.required:
            assert word.default == parameter.default


@EVERY
def test_an_analysis_has_the_name_of_its_function_and_gives_a_frozen_result(
    entry: Analysis,
) -> None:
    assert getattr(entry.run, "__name__", "") == entry.name.replace("-", "_")
    found = entry.call(graph_of(SMALL), needed(entry))
    with pytest.raises(FrozenInstanceError):
        setattr(found, fields(entry.result)[0].name, None)
    assert not hasattr(found, "__dict__")


@EVERY
def test_an_analysis_answers_on_a_small_graph_in_json(entry: Analysis) -> None:
    found = entry.call(graph_of(SMALL), needed(entry))
    assert isinstance(found, entry.result)
    assert list(orjson.loads(orjson.dumps(found))) == [field.name for field in fields(entry.result)]


def test_names_are_looked_up_and_a_near_one_is_named() -> None:
    assert analysis("critical-path").name == "critical-path"
    with pytest.raises(BadUsage, match="did you mean cascade"):
        analysis("cascad")


def test_names_and_options_are_unique() -> None:
    assert len({entry.name for entry in ANALYSES}) == len(ANALYSES)
    for entry in ANALYSES:
        assert len({p.option for p in entry.parameters}) == len(entry.parameters)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (ParameterKind.TEXT, "x", "x"),
        (ParameterKind.INTEGER, "3", 3),
        (ParameterKind.NUMBER, "2.5", 2.5),
        (ParameterKind.DATE, "2026-01-05", date(2026, 1, 5)),
        (ParameterKind.REF, "Team/a", "Team/a"),
        (ParameterKind.CHOICE, "weekdays", "weekdays"),
        (ParameterKind.LIST, "a, b,", ("a", "b")),
        (ParameterKind.WEIGHTS, "a=1, b=2.5", {"a": 1.0, "b": 2.5}),
    ],
)
def test_a_parameter_reads_its_written_form(kind: ParameterKind, text: str, value: object) -> None:
    assert Parameter("p", kind, "").read(text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (ParameterKind.INTEGER, "3.5"),
        (ParameterKind.NUMBER, "x"),
        (ParameterKind.DATE, "2026-02-30"),
        (ParameterKind.WEIGHTS, "a"),
    ],
)
def test_a_written_form_that_cannot_be_read_is_refused(kind: ParameterKind, text: str) -> None:
    with pytest.raises(BadUsage, match="--some-thing"):
        Parameter("some_thing", kind, "").read(text)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("impact", {}),
        ("impact", {"root": "Team/t", "direction": "up"}),
        ("impact", {"root": "Team/t", "kinds": ("Team", "Tem")}),
        ("bottlenecks", {"weights": {"fan_inn": 1.0}}),
        ("cycles", {"knd": "Team"}),
    ],
)
def test_values_that_are_missing_unknown_or_no_choice_are_refused(
    name: str, values: dict[str, str]
) -> None:
    with pytest.raises(BadUsage):
        analysis(name).call(graph_of("Team t"), values)
