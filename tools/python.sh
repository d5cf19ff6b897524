#!/bin/sh
# Print the first Python on PATH that is new enough, or say what is missing.
# A name on PATH may be a launcher without anything behind it, so each one is run.
set -eu

for name in ${PYTHON:-} python3.13 python3.12 python3.11 python3 python; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        command -v "$name"
        exit 0
    fi
done
echo "cryodose needs Python 3.11 or newer, and none was found on PATH." >&2
echo "Install one, or name it: make demo PYTHON=path/to/python3" >&2
exit 1
