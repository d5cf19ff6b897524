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
        print("With a C++17 compiler on PATH, `make rebuild` builds it.")


if __name__ == "__main__":
    main()
