"""Random graphs of goals in the notation: objectives in cycles, key results, work, no loops."""

from hypothesis import strategies as st

from graph.model.snapshot import Snapshot
from tests.notation import graph_of

CYCLES = """
    Cycle y 2026-01-01..2026-12-31
    Cycle q1 2026-01-01..2026-03-31
    Cycle q2 2026-04-01..2026-06-30 state=planned
    q1 part_of y
    q2 part_of y
    Team t
    t owns o0
"""
WEIGHTS = ("", " x1", " x2", " x0.5", " x3")


@st.composite
def goals(draw: st.DrawFn, states: tuple[str, ...] = ("active",)) -> Snapshot:
    """Give up to six objectives, o0 at the top, each with key results, contributors and work."""
    count = draw(st.integers(2, 6))
    lines = [CYCLES]
    of_key_result: dict[str, int] = {}
    for number in range(count):
        lines.append(f"Objective o{number} state={draw(st.sampled_from(states))}")
        cycle = draw(st.sampled_from(("q1", "q1", "y", "")))
        lines += [f"o{number} in_cycle {cycle}"] if cycle else []
        for nth in range(draw(st.integers(0, 2))):
            key = f"k{number}{nth}"
            lines.append(f"KeyResult {key}{draw(st.sampled_from(('', ' 30%', ' 55%', ' 120%')))}")
            lines.append(f"{key} measures o{number}{draw(st.sampled_from(WEIGHTS))}")
            of_key_result[key] = number
            if number and draw(st.booleans()):
                other = draw(st.integers(0, number - 1))
                lines.append(f"{key} measures o{other}{draw(st.sampled_from(WEIGHTS))}")
    for number in range(1, count):
        above = [f"o{n}" for n in range(number)]
        above += [key for key, n in of_key_result.items() if n < number]
        for target in draw(st.lists(st.sampled_from(above), max_size=3, unique=True)):
            verb = draw(st.sampled_from(("contributes_to", "contributes_to", "supports")))
            weight = draw(st.sampled_from(WEIGHTS)) if verb == "contributes_to" else ""
            lines.append(f"o{number} {verb} {target}{weight}")
    for number in range(draw(st.integers(0, 3))):
        lines.append(f"WorkItem w{number} state={draw(st.sampled_from(('active', 'done')))}")
        targets = [f"o{n}" for n in range(count)] + list(of_key_result)
        lines.append(f"w{number} contributes_to {draw(st.sampled_from(targets))}")
    return graph_of("\n".join(lines))
