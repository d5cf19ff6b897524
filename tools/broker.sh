#!/bin/sh
# Provide Mosquitto, the MQTT broker, for the tests of sensors. Without it those tests are skipped,
# except under CRYODOSE_CI=1, where tests/conftest.py lets them fail; so nothing here is fatal.
set -u

if command -v mosquitto >/dev/null 2>&1 || [ -x /usr/sbin/mosquitto ]; then
    exit 0
fi

if [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Mosquitto for the tests of sensors ..."
    export DEBIAN_FRONTEND=noninteractive
    log=$(mktemp)
    if { apt-get -q update && apt-get -qy install --no-install-recommends mosquitto; } \
        >"$log" 2>&1 </dev/null; then
        rm -f "$log"
        exit 0
    fi
    tail -n 5 "$log" >&2
    rm -f "$log"
    echo "Mosquitto could not be installed: the tests of sensors will be skipped." >&2
    exit 0
fi

echo "No Mosquitto found: the tests of sensors will be skipped." >&2
echo "To run them, install the package 'mosquitto' of your system." >&2
