"""Who may carry out which command: one table, checked where every write is planned.

A command that the table does not name is an admin's. What is someone's own is decided on the
snapshot that the write is planned on, so no writer comes in between.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from graph.commands.carrying import CarryOver
from graph.commands.checkins import RecordCheckIns
from graph.commands.closing import CloseCycle, CloseObjective, OpenCycle
from graph.commands.dependencies import MoveDependency, RequestDependency
from graph.commands.importing import Import
from graph.commands.nodes import CreateNode, DeleteNode, UpdateNode
from graph.commands.objectives import CreateObjective
from graph.commands.ownership import Ownership
from graph.commands.parents import Reparent
from graph.commands.planning import Command, Plan
from graph.commands.relations import Link, Unlink, UpdateRelation
from graph.commands.splitting import Split
from graph.commands.undoing import Undo
from graph.commands.weights import Reweight
from graph.errors import Forbidden
from graph.model.changes import Commit
from graph.model.codec import shown
from graph.model.days import today_of
from graph.model.principals import Principal, Role
from graph.model.snapshot import Snapshot

MOST_SHOWN: Final = 300
"""Characters of a target that are kept; a longer one is cut."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The least role for a command; below `whole`, where given, only on what is one's own."""

    least: Role
    whole: Role | None = None


_OWN_WORK: Final = Rule(Role.CONTRIBUTOR, Role.PLANNER)
_PLANNING: Final = Rule(Role.PLANNER)

POLICY: Final[Mapping[type, Rule]] = {
    RecordCheckIns: Rule(Role.CONTRIBUTOR),
    CreateNode: _OWN_WORK,
    UpdateNode: _OWN_WORK,
    DeleteNode: _OWN_WORK,
    Link: _OWN_WORK,
    UpdateRelation: _OWN_WORK,
    Unlink: _OWN_WORK,
    RequestDependency: _OWN_WORK,
    MoveDependency: _OWN_WORK,
    CreateObjective: _PLANNING,
    Reparent: _PLANNING,
    Reweight: _PLANNING,
    Split: _PLANNING,
    OpenCycle: _PLANNING,
    CloseObjective: _PLANNING,
    CloseCycle: _PLANNING,
    CarryOver: _PLANNING,
    Undo: Rule(Role.CONTRIBUTOR, Role.ADMIN),
    Import: Rule(Role.ADMIN),
}
"""Each command with its rule. What is one's own of `Undo` is a write of one's own."""


@dataclass(frozen=True, slots=True)
class Permitted:
    """A command as somebody may carry it out. Its plan raises Forbidden for what he may not."""

    command: Command
    principal: Principal
    now: datetime

    @property
    def name(self) -> str:
        """What the log calls it: as it calls the command."""
        return self.command.name

    def plan(self, snapshot: Snapshot) -> Plan:
        """Plan the command, and refuse what it would change of others."""
        plan = self.command.plan(snapshot)
        whole = rule_of(self.command).whole
        if whole is None or self.principal.role.covers(whole):
            return plan
        if isinstance(self.command, Undo):
            self._refuse_others_write(self.command.commit, whole)
        else:
            self._refuse_others_things(snapshot, plan, whole)
        return plan

    def _refuse_others_write(self, commit: Commit, whole: Role) -> None:
        who = self.principal
        if commit.actor != who.name:
            message = f"revision {commit.revision} was written by {shown(commit.actor)}"
            hint = f"a {who.role} takes back what he wrote himself, as {who.name}"
            raise Forbidden(f"{message}: to undo it needs the role {whole}", hint)

    def _refuse_others_things(self, snapshot: Snapshot, plan: Plan, whole: Role) -> None:
        own = Ownership(snapshot, self.principal, today_of(snapshot, self.now))
        change = own.stranger(plan.changes)
        if change is not None:
            who, teams = self.principal, ", ".join(sorted(own.teams)[:5]) or "none"
            message = f"{change.ref} is not {who.name}'s to write so: it needs the role {whole}"
            raise Forbidden(message, f"a {who.role} writes for his own teams: {teams}")


def rule_of(command: Command) -> Rule:
    """Give the rule of a command."""
    return POLICY.get(type(command), Rule(Role.ADMIN))


def permitted(command: Command, principal: Principal, now: datetime) -> Permitted:
    """Give a command as somebody may carry it out. Forbidden when his role never may."""
    require(principal, rule_of(command).least, command.name)
    return Permitted(command, principal, now)


def require(principal: Principal, least: Role, what: str) -> None:
    """Raise Forbidden unless somebody has a role, or one that may do more."""
    if not principal.role.covers(least):
        message = f"{what} needs the role {least}; {principal.name} is {principal.role}"
        raise Forbidden(message, f"ask an admin for a login with the role {least}")


def target_of(command: object) -> str:
    """Name what a command is about: KIND/KEY, a relationship or a revision; "" where it is unnamed."""
    if isinstance(command, Undo):
        return f"revision {command.commit.revision}"
    if isinstance(command, Link):
        return f"{command.source} {command.type} {command.target}"
    if isinstance(command, CreateNode):
        return f"{command.kind}/{_key(command.key)}"
    if isinstance(command, RecordCheckIns):
        keys = [_key(entry.key_result) for entry in command.entries[:1]]
        return f"KeyResult/{keys[0]}" if keys else ""
    for name in ("ref", "target", "objective", "cycle", "key"):
        found = getattr(command, name, None)
        if found is not None:
            return _key(found)
    return ""


def _key(value: object) -> str:
    text = str(value)
    return text if len(text) <= MOST_SHOWN else shown(text)
