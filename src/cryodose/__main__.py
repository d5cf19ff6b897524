"""`python -m cryodose`: the command line without an installed script."""

from __future__ import annotations

from cryodose.cli.main import main

if __name__ == "__main__":
    main()
