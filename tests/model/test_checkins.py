from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.checkins import check_ins_of, confidence_of, ordinal, value_of
from graph.model.days import day_of, zone_of
from graph.model.entities import CheckIn, Company, KeyResult
from graph.model.relations import For
from graph.model.snapshot import Snapshot
from graph.model.values import Moment
from tests.notation import graph_of

GOAL = KeyResult(key="k", start=0, target=10)


def checked(zone: str, *moments: Moment) -> Snapshot:
    """Give a key result with a check-in at each moment, keyed a, b, … in their order."""
    found = [CheckIn(key=chr(97 + at), at=moment) for at, moment in enumerate(moments)]
    links = [For(source=item.ref, target=GOAL.ref) for item in found]
    return Snapshot.build([Company(key="c", time_zone=zone), GOAL, *found], links)


def in_order(graph: Snapshot) -> list[str]:
    return [item.key for item in check_ins_of(graph, GOAL)]


@pytest.mark.parametrize(
    ("zone", "latest"), [("America/Los_Angeles", 9), ("UTC", 4), ("Asia/Tokyo", 4)]
)
def test_the_latest_check_in_is_that_of_the_latest_day_of_the_organisation(
    zone: str, latest: float
) -> None:
    graph = graph_of(f"""
        Company c time_zone={zone}
        KeyResult k 0%
        CheckIn evening 2026-02-10T03:00:00Z 4 confidence=0.4   # on the ninth in Los Angeles
        CheckIn day 2026-02-10 9 confidence=0.9
        evening for k
        day for k
    """)
    found = graph.nodes(KeyResult)["k"]
    assert value_of(graph, found) == latest
    assert confidence_of(graph, found) == latest / 10


def test_the_hour_that_comes_twice_is_in_the_order_of_time() -> None:
    first, second = (datetime(2025, 10, 26, *at, tzinfo=UTC) for at in ((0, 50), (1, 10)))
    assert in_order(checked("Europe/Vienna", second, first)) == ["b", "a"]  # 2:50, then 2:10


def test_the_last_hour_of_a_day_of_25_is_before_the_next_day() -> None:
    late, later = (datetime(2025, 10, 26, 22, minute, tzinfo=UTC) for minute in (20, 50))
    graph = checked("Europe/Vienna", date(2025, 10, 27), later, late)
    assert in_order(graph) == ["c", "b", "a"]


def test_a_day_beyond_the_calendar_is_that_of_utc() -> None:
    last = datetime(9999, 12, 31, 23, tzinfo=UTC)
    graph = checked("Pacific/Kiritimati", last)
    assert day_of(last, zone_of(graph)) == date(9999, 12, 31)
    assert in_order(graph) == ["a"]


instants = st.integers(0, 120 * 60).map(
    lambda minutes: datetime(2025, 10, 24, tzinfo=UTC) + timedelta(minutes=minutes)
)
moments = st.one_of(instants, instants.map(datetime.date))
zones = st.sampled_from(["Europe/Vienna", "America/Los_Angeles", "Asia/Kolkata", "UTC"])


@given(zones, st.lists(moments, max_size=6))
def test_check_ins_are_in_the_order_of_the_organisations_days_and_then_of_time(
    zone: str, drawn: list[Moment]
) -> None:
    graph = checked(zone, *drawn)
    place = zone_of(graph)

    def by_hand(at: Moment) -> tuple[date, bool, float]:
        if isinstance(at, datetime):
            return at.astimezone(place).date(), True, at.timestamp()
        return at, False, 0.0

    found = [item.at for item in check_ins_of(graph, GOAL) if item.at]
    assert found == sorted(drawn, key=by_hand)
    for at in found:
        assert ordinal(at, place) // 1 == by_hand(at)[0].toordinal()


def test_noon_is_half_a_day_after_midnight() -> None:
    zone = zone_of(checked("Asia/Kolkata"))
    noon = datetime(2026, 1, 5, 12, tzinfo=zone)
    assert ordinal(noon, zone) - ordinal(date(2026, 1, 5)) == 0.5
    assert ordinal(noon - timedelta(hours=12), zone) == ordinal(date(2026, 1, 5))


def test_of_one_day_the_tenth_check_in_comes_after_the_second() -> None:
    graph = graph_of("""
        KeyResult k current=7 confidence=0.3
        CheckIn k~10 2026-01-05 10
        CheckIn k~2 2026-01-05 2
        CheckIn k 2026-01-05 1
        CheckIn none
        k~10 for KeyResult/k
        k~2 for KeyResult/k
        CheckIn/k for KeyResult/k
        none for KeyResult/k
    """)
    assert in_order(graph) == ["k", "k~2", "k~10"]
    assert value_of(graph, graph.nodes(KeyResult)["k"]) == 10


def test_where_no_check_in_says_anything_the_key_result_does() -> None:
    graph = graph_of("KeyResult k current=7 confidence=0.3\nCheckIn a 2026-01-05\na for k")
    found = graph.nodes(KeyResult)["k"]
    assert (value_of(graph, found), confidence_of(graph, found)) == (7, 0.3)
