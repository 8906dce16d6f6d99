import itertools
import json
from collections import Counter
from pathlib import Path

import pytest

import seeds
from graph.errors import BadUsage, ErrorCode, Violation
from graph.model.entities import Cycle, Person, Product, Team, WorkItem
from graph.model.records import NodeRecord, Record, RelationRecord
from graph.model.relations import Builds, Delivers, DependsOn, InCycle, MemberOf, RelatesTo
from graph.model.snapshot import Snapshot
from graph.model.values import Ref
from graph.model.vocabulary import DependencyStatus, DependencyType, FlowState, LinkType
from seeds.importers import importer
from tests.seeds.reading import imported, said

DATA = Path(seeds.__file__).parent / "data" / "kubernetes"

TOLD = """
keps.json:2619: WorkItem/kep-753: there is no group 'sig-scheduler' (did you mean sig-scheduling?)
keps.json:9321: WorkItem/kep-2381: there is no group 'sig-usability' (did you mean sig-scalability?)
keps.json:11245: WorkItem/kep-2625: status 'imlpemented' is not a status (read as implemented)
keps.json:7627: WorkItem/kep-2133: the history ends done, but status is replaced \
(two enhancements with one number? Its history was left out)
keps.json:18873: WorkItem/kep-5000: status \
'provisional|implementable|implemented|deferred|rejected|withdrawn|replaced' \
is the text of the template (it has no state)
kep_events.csv:2768: WorkItem/kep-1972: status 'implementeable' is not a status \
(read as implementable)
feature_gate_dependencies.csv:16: no enhancement lists the feature gate 'GangScheduling' \
(the need was left out)
"""


def taken(folder: Path) -> tuple[list[Record], list[Violation]]:
    problems: list[Violation] = []
    return list(importer("kubernetes").read([folder], problems.append)), problems


@pytest.fixture(scope="module")
def shipped() -> tuple[Snapshot, list[Violation]]:
    records, problems = taken(DATA)
    graph, refused = imported(records)
    assert not refused
    return graph, problems


def small(folder: Path, **files: str) -> Path:
    """A folder of Kubernetes data with two groups, one release and what the test gives."""
    texts = {
        "teams.json": '[{"id": "sig-node", "kind": "sig", "name": "Node"},\n'
        '{"id": "sig-apps", "kind": "sig", "name": "Apps"}]',
        "releases.json": '[{"version": "1.30", "cycle_start": "2024-01-08",'
        ' "released": "2024-04-17"}]',
        "keps.json": "[]",
        "kep_events.csv": "kep,at,field,old,new,commit\n",
        "kep_links.csv": "from_kep,to_kep,type\n",
        "feature_gate_dependencies.csv": "gate,requires_gate,gate_keps,requires_keps\n",
    }
    for name, text in {**texts, **files}.items():
        (folder / name).write_text(text)
    return folder


def kep(number: int, **fields: object) -> dict[str, object]:
    return {"kep": number, "title": "A", "owning_sig": "sig-node", "status": "provisional"} | fields


def history(folder: Path, status: str, *events: str, **fields: object) -> list[str]:
    """The states of one enhancement with such events, as STATE MOMENT."""
    lines = "kep,at,field,old,new,commit\n" + "".join(f"1,{event}\n" for event in events)
    keps = json.dumps([kep(1, status=status, **fields)])
    records, _ = taken(small(folder, **{"keps.json": keps, "kep_events.csv": lines}))
    item = next(r for r in records if isinstance(r, NodeRecord) and r.kind == "WorkItem")
    states = item.properties.get("states", [])
    assert isinstance(states, list)
    return [f"{state} {moment}" for state, moment in states]


def test_the_shipped_data_gives_all_that_it_holds(
    shipped: tuple[Snapshot, list[Violation]],
) -> None:
    graph, _ = shipped
    assert graph.count() == (1_103, 3_180)
    assert len(graph.nodes(Team)) == 35
    assert len(graph.nodes(Product)) == 236
    assert len(graph.nodes(WorkItem)) == 650
    assert len(graph.nodes(Person)) == 142
    assert sum(cycle.from_ is not None for cycle in graph.ordered(Cycle)) == 24
    assert sum(cycle.from_ is None for cycle in graph.ordered(Cycle)) == 15
    assert len(graph.relations(Builds)) == 236
    assert len(graph.relations(Delivers)) == 650
    assert len(graph.relations(InCycle)) == 468
    assert len(graph.relations(MemberOf)) == 177
    assert len(graph.relations(RelatesTo)) == 265 + 8 + 1 - 1  # one pair is linked twice
    assert Counter(
        (d.source.kind, d.target.kind, str(d.type)) for d in graph.relations(DependsOn).values()
    ) == {
        ("Team", "Team", "knowledge"): 31,
        ("WorkItem", "Team", "knowledge"): 458 - 16,
        ("WorkItem", "WorkItem", "technical"): 46,
        ("WorkItem", "Product", "approval"): 857,
    }


def test_the_dirt_of_the_shipped_data_is_told_and_counted(
    shipped: tuple[Snapshot, list[Violation]],
) -> None:
    _, problems = shipped
    assert len(problems) == 76
    assert all(problem.line for problem in problems)
    groups = [p.value for p in problems if p.field == "participating_sigs"]
    assert len(groups) == 16
    assert len(set(groups)) == 12
    assert set(TOLD.strip().splitlines()) <= set(said(problems))
    days = [p for p in problems if p.field == "created" and "is " in p.message]
    assert len(days) == 7
    assert DATA.joinpath("keps.json").read_text().splitlines()[19261 - 1] == "{"


def test_the_history_of_a_shipped_enhancement_is_told_by_its_releases(
    shipped: tuple[Snapshot, list[Violation]],
) -> None:
    item = shipped[0].node(WorkItem, "kep-19")
    assert item is not None
    assert [(str(move.state), str(move.at)[:10]) for move in item.states] == [
        ("new", "2019-04-18"),
        ("active", "2020-10-02"),
        ("waiting", "2020-12-08"),
        ("active", "2021-02-02"),
        ("waiting", "2021-04-08"),
        ("active", "2021-06-09"),
        ("waiting", "2021-08-04"),
        ("done", "2021-09-01"),
    ]
    assert "gate:CronJobControllerV2" in item.tags


def test_no_shipped_history_tells_of_the_future(
    shipped: tuple[Snapshot, list[Violation]],
) -> None:
    graph, _ = shipped
    last = max(str(move.at) for item in graph.ordered(WorkItem) for move in item.states)
    assert last < "2026-07-15"
    for item in graph.ordered(WorkItem):
        moments = [str(move.at)[:10] for move in item.states]
        assert moments == sorted(moments)
        states = [move.state for move in item.states]
        assert all(one is not other for one, other in itertools.pairwise(states))


def test_the_template_has_no_state_and_a_shared_number_no_history(
    shipped: tuple[Snapshot, list[Violation]],
) -> None:
    graph, _ = shipped
    template, shared = graph.node(WorkItem, "kep-5000"), graph.node(WorkItem, "kep-2133")
    assert template is not None
    assert shared is not None
    assert (template.states, template.state) == ((), None)
    assert (shared.states, shared.state) == ((), FlowState.CANCELLED)


def test_a_need_of_a_shipped_gate_is_finish_to_finish_with_its_gates(
    shipped: tuple[Snapshot, list[Violation]],
) -> None:
    graph, _ = shipped
    source, target = Ref("WorkItem", "kep-5075"), Ref("WorkItem", "kep-4381")
    (need,) = (d for d in graph.out(source, DependsOn) if d.target == target)
    assert need.link is LinkType.FF
    assert need.type is DependencyType.TECHNICAL
    assert need.description is not None
    assert "DynamicResourceAllocation" in need.description


def test_two_products_of_one_name_are_kept_apart(
    shipped: tuple[Snapshot, list[Violation]],
) -> None:
    keys = [p.key for p in shipped[0].ordered(Product) if p.name == "website"]
    assert len(keys) == 2
    assert all(key.endswith("/website") for key in keys)


def test_an_agreed_enhancement_is_active_in_the_cycle_of_its_release(tmp_path: Path) -> None:
    states = history(
        tmp_path,
        "implementable",
        "2023-12-01T10:00:00+01:00,status,,provisional,a",
        "2023-12-20T10:00:00+01:00,status,provisional,implementable,b",
        "2023-12-20T10:00:00+01:00,latest_milestone,,v1.30,b",
        "2024-06-01T00:00:00Z,stage,,alpha,c",
        created="2023-11-30",
    )
    assert states == [
        "new 2023-11-30",
        "waiting 2023-12-20T09:00:00Z",
        "active 2024-01-08",
        "waiting 2024-04-17",
    ]


def test_an_agreed_enhancement_waits_without_a_dated_release(tmp_path: Path) -> None:
    states = history(
        tmp_path,
        "implementable",
        "2024-02-01T00:00:00Z,status,,implementable,a",
        "2024-02-01T00:00:00Z,latest_milestone,,v1.44,a",
        "2024-03-01T00:00:00Z,latest_milestone,v1.44,0.0,b",
        "2024-03-01T00:00:00Z,stage,,beta,b",
        "2024-03-02T00:00:00Z,milestone_beta,,v1.30,c",
        "2024-03-05T00:00:00Z,milestone_stable,,v1.31,c",
    )
    assert states == ["waiting 2024-02-01T00:00:00Z", "active 2024-03-02T00:00:00Z"]


def test_a_release_that_is_still_to_come_moves_nothing(tmp_path: Path) -> None:
    states = history(
        tmp_path,
        "implementable",
        "2024-01-01T00:00:00Z,status,,implementable,a",
        "2024-01-01T00:00:00Z,latest_milestone,,v1.30,a",
        "2024-02-01T00:00:00Z,stage,,alpha,b",
    )
    assert states == ["waiting 2024-01-01T00:00:00Z", "active 2024-01-08"]


def test_changes_are_put_in_the_order_of_time(tmp_path: Path) -> None:
    states = history(
        tmp_path,
        "provisional",
        "2024-05-01T00:00:00Z,status,provisional,withdrawn,b",
        "2024-04-30T23:30:00-01:00,status,,provisional,a",
        "2024-04-30T23:30:00+01:00,status,,deferred,a",
    )
    assert states == [
        "waiting 2024-04-30T22:30:00Z",
        "cancelled 2024-05-01T00:00:00Z",
        "new 2024-05-01T00:30:00Z",
    ]


def test_without_changes_the_day_of_creation_and_the_status_tell_the_state(tmp_path: Path) -> None:
    keps = [kep(1, created="2024-01-01"), kep(2, created="2024-01-01", status="implemented")]
    records, problems = taken(small(tmp_path, **{"keps.json": json.dumps(keps)}))
    one, two = (r.properties for r in records if isinstance(r, NodeRecord) and r.kind == "WorkItem")
    assert one["states"] == [["new", "2024-01-01"]]
    assert (two.get("states"), two["state"]) == (None, "done")
    assert not problems


def test_a_broken_row_is_told_and_costs_only_itself(tmp_path: Path) -> None:
    folder = small(
        tmp_path,
        **{
            "keps.json": json.dumps([kep(1), 7, kep(1), kep(2, feature_gates="x")], indent=0),
            "kep_events.csv": "kep,at,field,old,new,commit\n"
            "1,yesterday,status,,provisional,a\n"
            "9,2024-01-01T00:00:00Z,status,,provisional,a\n"
            "1,2024-01-01T00:00:00Z\n"
            "1,2024-01-01T00:00:00Z,colour,,red,a\n",
            "kep_links.csv": 'from_kep,to_kep,type\n1,n/a,see_also\n"1","2",see_allso\n1,1,replaces\n',
        },
    )
    records, problems = taken(folder)
    assert sum(isinstance(r, NodeRecord) and r.kind == "WorkItem" for r in records) == 2
    assert [(p.source, p.code) for p in problems] == [
        ("keps.json", ErrorCode.MALFORMED),
        ("keps.json", ErrorCode.DUPLICATE),
        ("keps.json", ErrorCode.INVALID_VALUE),
        ("kep_events.csv", ErrorCode.INVALID_VALUE),
        ("kep_events.csv", ErrorCode.END_MISSING),
        ("kep_events.csv", ErrorCode.MALFORMED),
        ("kep_events.csv", ErrorCode.UNKNOWN_PROPERTY),
        ("kep_links.csv", ErrorCode.END_MISSING),
        ("kep_links.csv", ErrorCode.UNKNOWN_RELATION),
        ("kep_links.csv", ErrorCode.SELF_REFERENCE),
    ]
    assert "kep_links.csv:3: there is no link 'see_allso' (did you mean see_also?)" in said(
        problems
    )


def test_links_are_read_in_their_direction(tmp_path: Path) -> None:
    links = "from_kep,to_kep,type\n1,2,superseded_by\n2,1,see_also\n1,3,see_also\n"
    gates = "gate,requires_gate,gate_keps,requires_keps\nA,B,3,1 3\n"
    keps = json.dumps([kep(1), kep(2), kep(3)])
    files = {"keps.json": keps, "kep_links.csv": links, "feature_gate_dependencies.csv": gates}
    records, problems = taken(small(tmp_path, **files))
    assert not problems
    found = [r for r in records if isinstance(r, RelationRecord) and "kep" in str(r.start)]
    assert [(r.type, r.start, r.end, r.properties.get("type")) for r in found] == [
        ("DEPENDS_ON", "WorkItem/kep-3", "WorkItem/kep-1", "technical"),
        ("RELATES_TO", "WorkItem/kep-2", "WorkItem/kep-1", "replaces"),
        ("RELATES_TO", "WorkItem/kep-1", "WorkItem/kep-3", None),
    ]
    assert found[0].properties["description"] == "gate A requires B"


def test_a_need_follows_the_state_of_both_sides(tmp_path: Path) -> None:
    keps = [
        kep(1, status="implemented", participating_sigs=["sig-apps", "sig-node"]),
        kep(2, status="withdrawn", participating_sigs=["sig-apps"]),
        kep(3, participating_sigs=["sig-apps"]),
    ]
    links = "from_kep,to_kep,type\n" + "".join(
        f"{a},{b},requires_feature_gate\n" for a, b in ((3, 1), (2, 1), (3, 2))
    )
    graph, _ = imported(
        taken(small(tmp_path, **{"keps.json": json.dumps(keps), "kep_links.csv": links}))[0]
    )
    found = {
        f"{d.source.key} {d.target.key}": d.status for d in graph.relations(DependsOn).values()
    }
    assert found == {
        "kep-1 sig-apps": DependencyStatus.RESOLVED,
        "kep-2 sig-apps": DependencyStatus.CANCELLED,
        "kep-3 sig-apps": DependencyStatus.IDENTIFIED,
        "kep-3 kep-1": DependencyStatus.RESOLVED,
        "kep-2 kep-1": DependencyStatus.CANCELLED,
        "kep-3 kep-2": DependencyStatus.IN_PROGRESS,
    }


@pytest.mark.parametrize("name", ["keps.json", "kep_links.csv", "teams.json"])
def test_a_file_that_is_not_there_is_bad_usage(tmp_path: Path, name: str) -> None:
    folder = small(tmp_path)
    (folder / name).unlink()
    with pytest.raises(BadUsage, match=name):
        taken(folder)


def test_a_path_that_is_no_folder_is_bad_usage(tmp_path: Path) -> None:
    with pytest.raises(BadUsage, match="one folder"):
        taken(tmp_path / "missing")
    with pytest.raises(BadUsage, match="one folder"):
        list(importer("kubernetes").read([], lambda _: None))


def test_files_that_are_cut_or_not_utf_8_are_told(tmp_path: Path) -> None:
    folder = small(
        tmp_path, **{"kep_links.csv": "from_kep,to_kep\n1,2\n", "keps.json": '[{"kep": 1'}
    )
    (folder / "releases.json").write_bytes(b'[{"version": "\xff"}]')
    _, problems = taken(folder)
    assert said(problems) == [
        "releases.json:1: not UTF-8: byte 0xff (save it as UTF-8)",
        "keps.json:1: not JSON: Expecting ',' delimiter, at column 11",
        "kep_links.csv:1: the header lacks type (the file was left out)",
    ]
