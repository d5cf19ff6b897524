#!/bin/sh
# Write requirements/*.txt anew from pyproject.toml; see docs/adr/0004-lock-without-hosts.md.
#
#   tools/lock.sh                  keep the versions already locked where they still fit
#   tools/lock.sh --upgrade        take the newest of everything
#   tools/lock.sh OPTION...        any other option of `uv pip compile`
#
# uv does not read pip's configuration. Where pip needs a mirror, give uv the same one as
# an option here; it is used for this run and written nowhere.
set -eu
cd "$(dirname "$0")/.."

uv=${UV:-uv}
if ! command -v "$uv" >/dev/null 2>&1; then
    echo "tools/lock.sh: uv not found: install it (pip install uv) or set UV=path/to/uv" >&2
    exit 1
fi

compile() {
    # --no-emit-*: the files must hold names, versions and hashes, and nothing of a machine.
    "$uv" pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
        --no-emit-index-url --no-emit-find-links pyproject.toml "$@"
}

compile --extra report --extra build --output-file requirements/demo.txt "$@"
# What the clinic's site needs to run, without the checks.
compile --extra report --extra build --extra clinic --extra postgres --extra sensors \
    --constraint requirements/demo.txt --output-file requirements/clinic.txt "$@"
# The small locks bind the large one, so that all fit into one environment.
compile --extra report --extra build --extra dev --constraint requirements/demo.txt \
    --constraint requirements/clinic.txt \
    --output-file requirements/dev.txt "$@"

if grep -n '://' requirements/*.txt; then
    echo "tools/lock.sh: the lines above name a host; a lock must not" >&2
    exit 1
fi
echo "locked: $(grep -c '==' requirements/demo.txt) packages for demo," \
    "$(grep -c '==' requirements/dev.txt) for dev"
