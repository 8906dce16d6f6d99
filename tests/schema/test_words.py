from schema.types.words import (
    dependencies,
    dependencylife,
    goals,
    scheduling,
    shared,
    structure,
    teams,
)

AREAS = (shared, scheduling, teams, dependencies, dependencylife, goals, structure)


def test_no_two_areas_give_words_for_the_same_field() -> None:
    given = [key for area in AREAS for key in area.WORDS]
    assert sorted(set(given)) == sorted(given)


def test_no_two_areas_give_words_for_the_same_choice() -> None:
    given = [key for area in (scheduling, teams, dependencies, goals) for key in area.CHOICES]
    assert sorted(set(given)) == sorted(given)
