"""How far training is: a bar where standard error is a terminal, plain lines elsewhere."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any

EVERY = 2.0  # seconds between plain lines: small models do hundreds of epochs in that time


class Progress:
    """A context in which `show` tells of the epochs done; results go to standard output, this to standard error."""

    def __init__(self, done: int, epochs: int) -> None:
        self.epochs = epochs
        self.last = -EVERY
        self.bar: Any = None
        if sys.stderr.isatty():
            from tqdm import tqdm  # type: ignore[import-untyped, import-not-found, unused-ignore]

            size = shutil.get_terminal_size()  # never 0, as what tqdm asks may be
            columns = min(size.columns, 110)
            self.bar = tqdm(total=epochs, initial=done, unit="epoch", ncols=columns, nrows=size.lines, file=sys.stderr)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.bar is not None:
            self.bar.close()

    def show(self, record: Mapping[str, float]) -> None:
        held_out = f" (held out {record['val_elbo']:.2f})" if "val_elbo" in record else ""
        if self.bar is not None:
            self.bar.set_postfix_str(f"ELBO {record['elbo']:.2f}{held_out}", refresh=False)
            self.bar.update()
        elif record["epoch"] == self.epochs or time.monotonic() >= self.last + EVERY:
            self.last = time.monotonic()
            print(
                f"epoch {record['epoch']:.0f}/{self.epochs}  ELBO {record['elbo']:.2f}{held_out}"
                f"  reconstruction {record['reconstruction']:.2f}  KL {record['kl']:.2f}"
                f"  {record['seconds']:.2f} s  {record['rows_per_second']:,.0f} rows/s",
                file=sys.stderr,
                flush=True,
            )
