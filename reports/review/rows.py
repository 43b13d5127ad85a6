"""Rows, columns and whole tables that a reviewer added or deleted."""

from collections import defaultdict
from collections.abc import Mapping

from reports.review.changes import Change, call_of, is_deleted, mark_of, row_deleted
from reports.review.items import Items
from reports.review.matching import Group, Old
from reports.review.reasons import BY_PROGRAM, IS_COLUMN, IS_TABLE
from reports.review.words import BREAK


def take_rows(items: Items, groups: list[Group], numbers: list[int], theirs: list[Old]) -> None:
    """Takes whole rows and columns of tables out of the groups and makes items of them."""
    in_row: dict[tuple[int, int], list[int]] = defaultdict(list)
    for k, old in enumerate(theirs):
        if old.last.cell:
            in_row[old.last.cell.table, old.last.cell.row].append(k)
    pairs = {k: numbers[i] for group in groups for i in group.ours for k in group.theirs}
    alone = {group.theirs[0]: group for group in groups if not group.ours}
    _new_tables(items, in_row, alone, groups, numbers, theirs)
    columns: set[tuple[int, str]] = set()
    for (table, _), row in in_row.items():
        mark = row_deleted(theirs[row[0]])
        ours_here = [pairs[k] for k in row if k in pairs]
        new = [k for k in row if k in alone and alone[k] in groups]
        whole_cells = all(items.snapshot.paragraphs[number].kind == "cell" for number in ours_here)
        if mark and ours_here and whole_cells and all(is_deleted(theirs[k]) for k in row):
            text = " | ".join(items.snapshot.paragraphs[number].text for number in ours_here)
            items.gone(ours_here, Change(0, 0, "", mark), text=text)
            groups[:] = [group for group in groups if not set(group.theirs) & set(row)]
            for k in row:
                items.where.put_beside(theirs[k].place, ours_here[0])
        elif new and len(new) == len(row):
            first = next(number for number, group in enumerate(groups) if group is alone[row[0]])
            before = [numbers[i] for group in groups[:first] for i in group.ours]
            _new_row(items, [theirs[k] for k in row], before[-1] if before else -1)
            groups[:] = [group for group in groups if not set(group.theirs) & set(row)]
        elif new and any(theirs[k].new.strip() for k in new):
            author = mark_of(theirs[new[0]])
            anchor = ours_here[0] if ours_here else -1
            if (table, author.author if author else "") not in columns and anchor >= 0:
                columns.add((table, author.author if author else ""))
                after = BREAK.join(theirs[k].new for r, ks in in_row.items() if r[0] == table for k in ks if k in alone)
                items.item("new", anchor, Change(0, 0, after, author), after=after, why=IS_COLUMN)
            groups[:] = [group for group in groups if not set(group.theirs) & set(new)]
    _rows_gone(items, groups, numbers)


def _new_tables(
    items: Items, in_row: Mapping[tuple[int, int], list[int]], alone: Mapping[int, Group], groups: list[Group],
    numbers: list[int], theirs: list[Old],
) -> None:  # fmt: skip
    """A table of which nothing is in the snapshot is one item."""
    tables: dict[int, list[list[int]]] = defaultdict(list)
    for (table, _), row in in_row.items():
        tables[table].append(row)
    for rows in tables.values():
        cells = [k for row in rows for k in row]
        if not all(k in alone for k in cells):
            continue
        first = next(number for number, group in enumerate(groups) if group is alone[cells[0]])
        anchor = max((numbers[i] for group in groups[:first] for i in group.ours), default=-1)
        after = "\n".join(" | ".join(theirs[k].new for k in row) for row in rows)
        mark = next((mark for k in cells if (mark := mark_of(theirs[k]))), None)
        end = len(items.snapshot.paragraphs[anchor].text) if anchor >= 0 else 0
        items.item("new", anchor, Change(0, 0, after, mark), start=end, end=end, after=after, why=IS_TABLE)
        for k in cells:
            items.where.put_beside(theirs[k].place, anchor)
        groups[:] = [group for group in groups if not set(group.theirs) & set(cells)]


def _rows_gone(items: Items, groups: list[Group], numbers: list[int]) -> None:
    gone = {numbers[group.ours[0]] for group in groups if group.ours and not group.theirs}
    rows: dict[tuple[str, int], list[int]] = defaultdict(list)
    for number in numbers:
        one = items.snapshot.paragraphs[number]
        if one.kind == "cell" and one.first >= 0:
            rows[one.section, one.first].append(number)
    done: set[int] = set()
    for row in rows.values():
        left = [number for number in row if number in gone]
        filled = [number for number in row if items.snapshot.paragraphs[number].text]
        if left and set(filled) <= set(left):
            items.gone(row, text=" | ".join(items.snapshot.paragraphs[number].text for number in row))
            done |= set(left)
    groups[:] = [group for group in groups if group.theirs or numbers[group.ours[0]] not in done]


def _new_row(items: Items, row: list[Old], number: int) -> None:
    cells = [old.new if old.new.strip("\u200d") else "" for old in row]  # LibreOffice's sign in an empty cell
    mark = next((mark for old in row if (mark := mark_of(old))), None)
    for old in row:
        items.where.put_beside(old.place, number)
    above = items.snapshot.paragraphs[number] if number >= 0 else None
    body = items.bodies.get(above.section) if above else None
    if above and above.kind == "block":
        after = " | ".join(cells)
        items.item("block", number, Change(0, 0, after, mark), after=after, names=call_of(above), why=BY_PROGRAM)
        return
    patched = body.with_row(above, cells) if body and above and above.kind == "cell" else ""
    after = " | ".join(cells)
    end = len(above.text) if above else 0
    items.item("new", number, Change(0, 0, after, mark), start=end, end=end, after=after, patched=patched)
