"""OKRs as CSV: one row for each objective and key result, with our own header or Viva Goals'.

The columns and the mapping are told in docs/importers.md.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from graph.errors import BadUsage, ErrorCode
from graph.model.records import NodeRecord, Record, RelationRecord
from graph.model.values import Ref
from seeds.form import Report
from seeds.importers.delimited import table_rows
from seeds.importers.okr.owners import Owners, company_key, owned_by_company
from seeds.importers.okr.tree import Item, Tree
from seeds.importers.okr_csv.cycles import Cycles
from seeds.importers.okr_csv.header import OWN, item_of
from seeds.importers.okr_csv.links import upward
from seeds.importers.okr_csv.properties import nodes_of
from seeds.importers.okr_csv.viva import VIVA, own_row
from seeds.importers.rows import Row


def read_okr_csv(
    paths: Sequence[Path], report: Report, note: Report | None = None
) -> Iterator[Record]:
    """Give the records of files of OKRs, which may be each other's parents.

    BadUsage when there is none, or one cannot be read. With a `note`, owners that are likely one
    are made one, and noted.
    """
    if not paths:
        msg = "no file of OKRs was named"
        raise BadUsage(msg, "name one or more CSV files")
    tree = _tree(paths, report)
    owners = Owners(tree.items.values(), note)
    cycles = Cycles(tree.items.values())
    yield from _companies(tree)
    yield from cycles.records()
    yield from owners.nodes(tree.items.values(), named=False)
    for item in tree.items.values():
        above = tree.above(item)
        tags = [] if item.is_objective else [*owners.tags(item, above), *cycles.tags(item, above)]
        yield from nodes_of(item, tags)
    for item in tree.items.values():
        yield from _relations(item, tree, owners, cycles)


def _tree(paths: Sequence[Path], report: Report) -> Tree:
    items = [item_of(row) for path in paths for row in _rows(path, report)]
    companies = dict.fromkeys(item.owner for item in items if item.owner_kind == "Company")
    company = next(iter(companies)) if len(companies) == 1 else ""
    tree = Tree()
    for item in items:
        owned = owned_by_company(item, company)
        if owned.owner.casefold() == "company" and not owned.owner_kind:
            message = f"{item.key}: no row names the company"
            hint = "give one row the company's name as owner and company as owner_kind"
            item.row.problem(ErrorCode.MISSING_VALUE, message, field="owner", hint=hint)
            owned = replace(owned, owner="")
        tree.add(owned)
    return tree


def _rows(path: Path, report: Report) -> Iterator[Row]:
    for form, row in table_rows(path, report, (OWN, VIVA)):
        yield own_row(row) if form is VIVA else row


def _companies(tree: Tree) -> Iterator[Record]:
    told: set[str] = set()
    for item in tree.items.values():
        key = company_key(item.owner)
        if item.owner_kind == "Company" and key not in told:
            told.add(key)
            yield NodeRecord("Company", key, {"name": item.owner}, item.row.source, item.row.line)


def _relations(item: Item, tree: Tree, owners: Owners, cycles: Cycles) -> Iterator[Record]:
    row, ref = item.row, str(item.ref)
    place = row.source, row.line
    if item.is_objective:
        owner, cycle = owners.ref(item), cycles.key(item)
        if owner is not None:
            yield RelationRecord("OWNS", str(owner), ref, {}, *place)
        if cycle:
            yield RelationRecord("IN_CYCLE", ref, str(Ref("Cycle", cycle)), {}, *place)
    yield from upward(item, tree)
