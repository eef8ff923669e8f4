"""Parts of hand-written pages that a command writes: the lines between <!-- begin NAME --> and <!-- end NAME -->."""

from __future__ import annotations

from pathlib import Path


def replace_block(path: Path, name: str, lines: list[str]) -> None:
    text = path.read_text(encoding="utf-8")
    begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->\n"
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"{path.name} has no block {name!r}: {begin.strip()} ... {end.strip()}")
    path.write_text(before + begin + "".join(line + "\n" for line in lines) + end + after, encoding="utf-8")
