"""Pure planning of writes: a snapshot and an intent in, the changes to make out."""

from graph.commands.carrying import CarryOver
from graph.commands.checkins import CheckInEntry, RecordCheckIns
from graph.commands.closing import CloseCycle, CloseObjective, OpenCycle, Score
from graph.commands.dependencies import MoveDependency, RequestDependency, Step
from graph.commands.importing import Import, examine
from graph.commands.nodes import CreateNode, DeleteNode, UpdateNode
from graph.commands.objectives import CreateObjective, KeyResultDraft
from graph.commands.parents import ParentLink, Reparent
from graph.commands.permission import POLICY, Rule, permitted, require, target_of
from graph.commands.planning import Command, Plan
from graph.commands.relations import Link, Unlink, UpdateRelation, derived_key
from graph.commands.splitting import Split, SplitPart
from graph.commands.undoing import Undo
from graph.commands.weights import Reweight

__all__ = [
    "CarryOver",
    "CheckInEntry",
    "CloseCycle",
    "CloseObjective",
    "Command",
    "CreateNode",
    "CreateObjective",
    "DeleteNode",
    "Import",
    "KeyResultDraft",
    "Link",
    "MoveDependency",
    "OpenCycle",
    "ParentLink",
    "POLICY",
    "Plan",
    "RecordCheckIns",
    "Reparent",
    "RequestDependency",
    "Reweight",
    "Rule",
    "Score",
    "Split",
    "SplitPart",
    "Step",
    "Undo",
    "Unlink",
    "UpdateNode",
    "UpdateRelation",
    "derived_key",
    "examine",
    "permitted",
    "require",
    "target_of",
]
