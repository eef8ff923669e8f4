"""Parts of hand-written pages that a command writes: the lines between <!-- begin NAME --> and <!-- end NAME -->."""

from __future__ import annotations

from pathlib import Path


def _parts(path: Path, name: str) -> tuple[str, str, str]:
    """A page up to the lines of a block, these lines, the rest of it."""
    text = path.read_text(encoding="utf-8")
    begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->\n"
    before, found, rest = text.partition(begin)
    inside, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"{path.name} has no block {name!r}: {begin.strip()} ... {end.strip()}")
    return before + begin, inside, end + after


def block(path: Path, name: str) -> list[str]:
    return _parts(path, name)[1].splitlines()


def replace_block(path: Path, name: str, lines: list[str]) -> None:
    before, _, after = _parts(path, name)
    path.write_text(before + "".join(line + "\n" for line in lines) + after, encoding="utf-8")


def with_rows(lines: list[str], rows: list[str], left: int, order: list[str] | None = None) -> list[str]:
    """Each row of a table in place of the one that has as many cells and the same first `left` ones. With the order of first
    cells one that is not there goes before the first that comes later, or to the end."""
    result = list(lines)
    for row in rows:
        cells = row.split("|")
        others = {i: other for i, other in enumerate(line.split("|") for line in result) if len(other) == len(cells)}
        found = [i for i, other in others.items() if other[: left + 1] == cells[: left + 1]]
        if len(found) == 1:
            result[found[0]] = row
        elif found or order is None or not others:
            raise ValueError(f"{len(found)} rows begin like {row!r}, not one")
        else:
            own = order.index(cells[1].strip())
            later = [i for i, other in others.items() if other[1].strip() in order[own + 1 :]]
            result.insert(later[0] if later else max(others) + 1, row)
    return result
