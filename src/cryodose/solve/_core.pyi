from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

def solve_batch(
    inputs: Mapping[str, NDArray[Any]],
    outputs: Mapping[str, NDArray[Any]],
    size: Mapping[str, int],
    single: bool,
    threads: int,
    isa: str = "",
) -> None: ...
def solve_freeze(
    inputs: Mapping[str, NDArray[Any]],
    outputs: Mapping[str, NDArray[Any]],
    size: Mapping[str, int],
    single: bool,
    threads: int,
    isa: str = "",
) -> None: ...
def solve_body(
    inputs: Mapping[str, NDArray[Any]],
    outputs: Mapping[str, NDArray[Any]],
    size: Mapping[str, int],
    threads: int,
    isa: str = "",
) -> None: ...
def isa(wanted: str = "") -> str: ...
def fma_gflops(single: bool = True, seconds: float = 0.2, isa: str = "") -> float: ...
