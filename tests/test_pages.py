"""Generated parts of pages: a block's lines, and single rows of a table."""

from __future__ import annotations

from pathlib import Path

import pytest
from pages import block, replace_block, with_rows

TABLE = ["| `f` |  | f32 | 1 |", "| `f` |  | f64 | 2 |", "| `f` | f64 | 3 | 4 | 5 |", "text"]


def test_a_row_takes_the_place_of_its_own() -> None:
    assert with_rows(TABLE, ["| `f` |  | f64 | 7 |"], 3) == [TABLE[0], "| `f` |  | f64 | 7 |", *TABLE[2:]]
    assert with_rows(TABLE, ["| `f` | f64 | 6 | 7 | 8 |"], 2) == [*TABLE[:2], "| `f` | f64 | 6 | 7 | 8 |", "text"]


def test_a_new_row_goes_where_the_order_says() -> None:
    order = ["`e`", "`f`", "`g`"]
    for title, place in (("`e`", 0), ("`g`", 2)):
        row = f"| {title} |  | f64 | 7 |"
        assert with_rows(TABLE, [row], 3, order) == [*TABLE[:place], row, *TABLE[place:]]
    with pytest.raises(ValueError, match="2 rows begin like"):
        with_rows(TABLE, ["| `f` |  | f16 | 7 |"], 1, order)


@pytest.mark.parametrize(("row", "left", "found"), [("| `g` |  | f64 | 7 |", 3, 0), ("| `f` |  | f16 | 7 |", 1, 2)])
def test_a_row_with_no_place_or_several_is_an_error(row: str, left: int, found: int) -> None:
    with pytest.raises(ValueError, match=f"^{found} rows begin like"):
        with_rows(TABLE, [row], left)


def test_a_block_is_read_and_replaced(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- begin a -->\nold\n<!-- end a -->\nafter\n", encoding="utf-8")
    assert block(page, "a") == ["old"]
    replace_block(page, "a", ["new", "lines"])
    assert page.read_text(encoding="utf-8") == "before\n<!-- begin a -->\nnew\nlines\n<!-- end a -->\nafter\n"
    with pytest.raises(ValueError, match="no block 'b'"):
        block(page, "b")
