from datetime import date

import pytest

from graph.model.entities import KeyResult, Team, WorkItem
from graph.model.relations import Delivers, DependsOn
from graph.model.values import Estimate, StateChange
from graph.model.vocabulary import FlowState, LinkType
from tests.notation import graph_of


def test_a_graph_is_read_from_lines() -> None:
    graph = graph_of("""
        t delivers a b          # nodes may follow
        Team t 5 tags=x,y
        WorkItem a 3
        WorkItem b 1/2/6 states=active@2026-01-05,done@2026-01-09
        KeyResult k 40%
        b needs a SS+1.5
        b needs a FF-2 status=resolved
    """)
    assert graph.nodes(Team)["t"] == Team(key="t", capacity=5.0, tags=("x", "y"))
    assert graph.nodes(WorkItem)["b"] == WorkItem(
        key="b",
        estimate_days=Estimate(1, 2, 6),
        states=(
            StateChange(FlowState.ACTIVE, date(2026, 1, 5)),
            StateChange(FlowState.DONE, date(2026, 1, 9)),
        ),
    )
    assert graph.nodes(KeyResult)["k"].current == 40
    links = graph.relations(DependsOn).values()
    assert sorted((link.link, link.lag_days) for link in links) == [
        (LinkType.FF, -2.0),
        (LinkType.SS, 1.5),
    ]
    assert len(graph.relations(Delivers)) == 2


@pytest.mark.parametrize(
    "text", ["Teem a", "Team a\na neds a", "Team a x", "Team a\nProduct a\na needs a"]
)
def test_a_line_that_cannot_be_read_is_shown(text: str) -> None:
    with pytest.raises(ValueError, match="a"):
        graph_of(text)
