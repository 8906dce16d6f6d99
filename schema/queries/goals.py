"""What objectives and key results can be asked: how far they are, why, and what is about them.

Everything comes from the roll-up, which is made once and moved forward by each write; what has to
be gathered or scheduled first runs in a worker.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from functools import partial
from typing import cast

from graph.analyses.goals.cascade import CascadeLeaf, cascade
from graph.analyses.goals.forecast import Forecast, forecast
from graph.analyses.goals.history import HistoryPoint, points_of
from graph.analyses.goals.lineage import Ancestor, Share, ancestors, shares
from graph.analyses.parameters import Parameter
from graph.analyses.registry import analysis
from graph.model.checkins import place_in_time
from graph.model.days import zone_of
from graph.model.entities import KeyResult, Objective
from schema.building import CallField, argument, optional
from schema.context import Context
from schema.naming import words
from schema.paging import Page
from schema.queries.analyses import Analyses
from schema.queries.rows import RowEdge, row_page
from schema.rolling import once_rolled_up
from schema.types.computed import day_argument
from schema.types.connections import Connections, window_arguments
from schema.types.results import ResultView
from schema.views import NodeView
from schema.worker import stoppable


def goal_fields(kind: str, connections: Connections, analyses: Analyses) -> list[CallField]:
    """Make the fields of objectives, or of key results."""
    made = [
        _forecast(kind, analyses),
        _cascade(analyses),
        _explain(connections, analyses),
        _ancestors(connections, analyses),
        _contributions(connections, analyses),
    ]
    if kind == KeyResult.KIND:
        made.append(_history(connections, analyses))
    return made


def _forecast(kind: str, analyses: Analyses) -> CallField:
    async def resolve(view: NodeView, context: Context, today: date | None = None) -> ResultView:
        day = today or context.today(view.snapshot)
        run = partial(forecast, view.snapshot, root=str(view.entity.ref), today=day)
        return ResultView(
            view.snapshot, await context.slots.run(context.payer, context.standing, run)
        )

    return CallField(
        "forecast",
        optional(analyses.results.of(Forecast)),
        f"Where the {words(kind)} will stand at the end of its cycle: by its check-ins, with an"
        " interval, and beside that by the finish dates of the work that contributes. Cost: linear"
        " in what contributes, plus the schedule of that work and of all it waits for.",
        resolve,
        [day_argument()],
    )


def _cascade(analyses: Analyses) -> CallField:
    found = analysis("cascade")

    async def resolve(view: NodeView, context: Context, /, **given: object) -> ResultView:
        return await analyses.on(
            found, view.snapshot, context, {**given, "root": str(view.entity.ref)}
        )

    return CallField(
        "cascade",
        optional(analyses.results.of(found.result)),
        "What its progress comes from, as a tree down to a depth, with every leaf's weight."
        " Cost: linear in what contributes.",
        resolve,
        analyses.arguments(found, _but_root),
    )


def _but_root(parameter: Parameter) -> bool:
    return parameter.name != "root"


def _explain(connections: Connections, analyses: Analyses) -> CallField:
    found = analysis("cascade")

    async def resolve(
        view: NodeView,
        context: Context,
        /,
        weighting: object = None,
        unit: str | None = None,
        **window: object,
    ) -> Page[CascadeLeaf, RowEdge]:
        del context
        word, root = str(getattr(weighting, "value", weighting)), str(view.entity.ref)
        told = await stoppable(
            partial(cascade, view.snapshot, root=root, depth=0, weighting=word, unit=unit)
        )
        rows = sorted(told.leaves, key=_heaviest)
        return row_page(view.snapshot, rows, _heaviest, window)

    return CallField(
        "explain",
        optional(
            connections.of(
                "CascadeLeaf", analyses.results.of(CascadeLeaf), "key results that a number is of"
            )
        ),
        "Every key result that its progress comes from, the heaviest first: the sum of effective"
        " weight times progress is the progress. Cost: linear in what contributes.",
        resolve,
        [
            *analyses.arguments(found, lambda p: p.name in {"weighting", "unit"}),
            *window_arguments(),
        ],
    )


def _heaviest(leaf: CascadeLeaf) -> tuple[float, str]:
    return -leaf.effective_weight, leaf.key


def _ancestors(connections: Connections, analyses: Analyses) -> CallField:
    def resolve(
        view: NodeView, context: Context, /, supports: bool = False, **window: object
    ) -> Page[Ancestor, RowEdge] | Awaitable[Page[Ancestor, RowEdge]]:
        del context

        def give() -> Page[Ancestor, RowEdge]:
            rows = ancestors(view.snapshot, view.entity.ref, supports=supports)
            return row_page(
                view.snapshot, rows, lambda row: (row.distance, row.kind, row.key), window
            )

        return once_rolled_up(view.snapshot, give)

    return CallField(
        "ancestors",
        optional(connections.of("Ancestor", analyses.results.of(Ancestor), "goals that are above")),
        "All that it contributes to, directly or not, the nearest first, each with a shortest"
        " path. Cost: linear in what is above.",
        resolve,
        [
            argument(
                "supports", bool, "Also what it is only aligned with, by SUPPORTS.", default=False
            ),
            *window_arguments(),
        ],
    )


def _contributions(connections: Connections, analyses: Analyses) -> CallField:
    return CallField(
        "contributions",
        optional(
            connections.of("Share", analyses.results.of(Share), "direct contributors to a goal")
        ),
        "What its progress comes from directly, with declared weight and normalised share."
        " Cost: linear in the direct contributors.",
        _rows(lambda view: shares(view.snapshot, view.entity.ref), lambda row: (row.kind, row.key)),
        window_arguments(),
    )


def _history(connections: Connections, analyses: Analyses) -> CallField:
    return CallField(
        "history",
        optional(
            connections.of(
                "HistoryPoint", analyses.results.of(HistoryPoint), "check-ins of a key result"
            )
        ),
        "Its check-ins as a series, oldest first, with the progress of each. Cost: linear in them.",
        _series,
        window_arguments(),
    )


def _series(view: NodeView, context: Context, /, **window: object) -> Page[HistoryPoint, RowEdge]:
    del context
    zone = zone_of(view.snapshot)
    rows = points_of(view.snapshot, cast("KeyResult", view.entity))
    return row_page(view.snapshot, rows, lambda row: place_in_time(row.at, row.key, zone), window)


def _rows(
    rows: Callable[[NodeView], Sequence[object]], place: Callable[..., tuple[float | str, ...]]
) -> Callable[..., object]:
    """Give the resolver of a connection of rows."""

    def resolve(view: NodeView, context: Context, /, **window: object) -> object:
        del context
        return once_rolled_up(
            view.snapshot, lambda: row_page(view.snapshot, rows(view), place, window)
        )

    return resolve


GOALS = (Objective.KIND, KeyResult.KIND)
"""The kinds that have these fields."""
