#!/bin/sh
# Provide a Chromium for the tests of pages. Without one those tests are skipped, except
# under CRYODOSE_CI=1, where tests/conftest.py lets them fail; so nothing here is fatal.
set -u

for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then
        exit 0
    fi
done

if [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the tests of pages ..."
    export DEBIAN_FRONTEND=noninteractive
    log=$(mktemp)
    if { apt-get -q update && apt-get -qy install --no-install-recommends chromium; } \
        >"$log" 2>&1 </dev/null; then
        rm -f "$log"
        exit 0
    fi
    tail -n 5 "$log" >&2
    rm -f "$log"
    echo "Chromium could not be installed: the tests of pages will be skipped." >&2
    exit 0
fi

echo "No Chromium found: the tests of pages will be skipped." >&2
echo "To run them, install the package 'chromium' of your system." >&2
