"""`log`: what was written, when, by whom, by which command; and the changes of one write."""

from collections.abc import Sequence
from typing import Annotated

import typer

from api.cli import options
from api.cli.importreport import Counts
from api.cli.tables import print_table
from api.cli.terminal import print_json, screen
from api.engine import open_workspace, settings_for
from graph.errors import BadUsage, NotFound
from graph.model.access import RefusedWrite
from graph.model.changes import Change, Commit, NodeChange
from graph.model.codec import dump_properties
from graph.model.values import Json
from graph.workspace import Workspace


def command() -> typer.Typer:
    """Make the command."""
    made = typer.Typer(add_completion=False)
    made.command("log")(_log)
    return made


def _log(
    revision: Annotated[
        int | None,
        typer.Argument(metavar="REVISION", min=1, help="Show the changes of this one write."),
    ] = None,
    since: Annotated[
        int | None,
        typer.Option("--since", min=0, metavar="REVISION", help="List from after this revision."),
    ] = None,
    refused: Annotated[
        bool, typer.Option("--refused", help="List the newest writes that were refused instead.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Writes to list at most.")] = 20,
    as_json: options.AsJson = False,
    data_dir: options.DataDir = None,
) -> None:
    """List the newest writes, or those after --since; or show the changes of one."""
    if refused and (revision is not None or since is not None):
        msg = "--refused goes with --limit alone"
        raise BadUsage(msg, "leave REVISION and --since out")
    with open_workspace(settings_for(data_dir), make=False) as workspace:
        if refused:
            _list_refused(workspace.refused(limit), as_json=as_json)
            return
        if revision is not None:
            _show(_one(workspace, revision), as_json=as_json)
            return
        newest = workspace.snapshot().revision
        begin = max(0, newest - limit) if since is None else since
        _list(workspace.changes(begin, limit), as_json=as_json)


def _one(workspace: Workspace, revision: int) -> Commit:
    found = workspace.changes(revision - 1, 1)
    if not found:
        msg = f"there is no revision {revision:,}"
        raise NotFound(msg, f"the graph stands at {workspace.snapshot().revision:,}")
    return found[0]


def _list(commits: Sequence[Commit], *, as_json: bool) -> None:
    if as_json:
        print_json([_head(commit) for commit in commits])
        return
    columns = ["revision", "at", "actor", "command", "created", "updated", "deleted", "key"]
    rows = []
    for commit in commits:
        counts = Counts.of(commit.changes)
        rows.append(
            (
                *(commit.revision, commit.at, commit.actor, commit.command),
                *(counts.created, counts.updated, counts.deleted, commit.idempotency_key),
            )
        )
    print_table(screen(), "log", columns, rows)


def _list_refused(refused: Sequence[RefusedWrite], *, as_json: bool) -> None:
    if as_json:
        print_json(refused)
        return
    columns = ["number", "at", "actor", "role", "command", "target", "code", "reason"]
    rows = [
        (
            *(one.number, one.at, one.actor, one.role or None, one.command),
            *(one.target or None, one.code, _reasons(one)),
        )
        for one in refused
    ]
    print_table(screen(), "refused writes", columns, rows)


def _reasons(one: RefusedWrite) -> str:
    return one.message + (f", and {one.reasons - 1} more" if one.reasons > 1 else "")


def _head(commit: Commit) -> dict[str, object]:
    return {
        "revision": commit.revision,
        "at": commit.at,
        "actor": commit.actor,
        "command": commit.command,
        "idempotency_key": commit.idempotency_key,
        "counts": Counts.of(commit.changes),
    }


def _show(commit: Commit, *, as_json: bool) -> None:
    if as_json:
        changes = [_change(change) for change in commit.changes]
        print_json({**_head(commit), "changes": changes})
        return
    title = f"revision {commit.revision:,}: {commit.command} by {commit.actor}, {commit.at}"
    rows = []
    for change in commit.changes:
        before, after = _raw(change, after=False), _raw(change, after=True)
        names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        rows.append(
            (
                _word(change),
                str(change.ref),
                {name: before.get(name) for name in names},
                {name: after.get(name) for name in names},
            )
        )
    print_table(screen(), title, ["change", "what", "before", "after"], rows)


def _word(change: Change) -> str:
    if change.before is None:
        return "created"
    return "deleted" if change.after is None else "updated"


def _change(change: Change) -> dict[str, object]:
    return {
        "change": _word(change),
        "node" if isinstance(change, NodeChange) else "relationship": str(change.ref),
        "before": _raw(change, after=False) if change.before else None,
        "after": _raw(change, after=True) if change.after else None,
    }


def _raw(change: Change, *, after: bool) -> dict[str, Json]:
    """Give the properties of a thing as a document has them; nothing where there is none."""
    thing = change.after if after else change.before
    return {} if thing is None else dump_properties(thing, system=False)
