"""Say whether the compiled core was built; called by the Makefile after an installation."""

from __future__ import annotations

import importlib.util


def main() -> None:
    """Print one line on which kernels this installation has."""
    try:
        built = importlib.util.find_spec("cryodose.solve._core") is not None
    except ModuleNotFoundError:
        built = False
    if built:
        print("Compiled core: built.")
    else:
        print("Compiled core: not built; the numpy kernels serve, many times slower.")
        print("It needs a C++17 compiler; `make rebuild` tries again and shows what is wrong.")


if __name__ == "__main__":
    main()
