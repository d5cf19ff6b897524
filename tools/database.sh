#!/bin/sh
# Provide a PostgreSQL for the tests of the clinic. Without one those tests are skipped, except
# under CRYODOSE_CI=1, where tests/conftest.py lets them fail; so nothing here is fatal.
#
#   database.sh            install the server, where this user may
#   database.sh start      make and start a throw-away one; prints its folder and its address
#   database.sh start safe the same, flushing every change to the disk as a real one does
#   database.sh stop DIR   stop it and remove its folder
set -u

tool() {
    for dir in $(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin 2>/dev/null | sort -Vr); do
        if [ -x "$dir/$1" ]; then
            echo "$dir/$1"
            return 0
        fi
    done
    command -v "$1"
}

# The server refuses to run as root.
as_owner() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && runuser -u postgres -- "$@")
    else
        "$@"
    fi
}

install_it() {
    if tool initdb >/dev/null 2>&1; then
        return 0
    fi
    if [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ] && command -v apt-get >/dev/null 2>&1; then
        echo "Installing PostgreSQL for the tests of the clinic ..."
        export DEBIAN_FRONTEND=noninteractive
        log=$(mktemp)
        if { apt-get -q update && apt-get -qy install --no-install-recommends postgresql; } \
            >"$log" 2>&1 </dev/null; then
            rm -f "$log"
            return 0
        fi
        tail -n 5 "$log" >&2
        rm -f "$log"
        echo "PostgreSQL could not be installed: its tests will be skipped." >&2
        return 0
    fi
    echo "No PostgreSQL found: the tests of the clinic will run on SQLite alone." >&2
    echo "To run them on both, install the package 'postgresql' of your system." >&2
}

start_it() {
    initdb=$(tool initdb) || { echo "no PostgreSQL database" >&2; exit 1; }
    pg_ctl=$(tool pg_ctl) || { echo "no PostgreSQL database" >&2; exit 1; }
    dir=$(mktemp -d "${TMPDIR:-/tmp}/cryodose-pg-XXXXXX")
    chmod 755 "$dir"
    if [ "$(id -u)" = 0 ]; then
        chown postgres "$dir"
    fi
    as_owner "$initdb" -D "$dir/data" -A trust -U clinic -E UTF8 --no-sync >"$dir.log" 2>&1 \
        || { cat "$dir.log" >&2; rm -rf "$dir" "$dir.log"; exit 1; }
    # Unless it is to be measured, it holds nothing that must survive the machine.
    [ "$1" = safe ] && flush=on || flush=off
    # No port: only a socket in the folder.
    options="-c listen_addresses='' -c unix_socket_directories='$dir' -c fsync=$flush"
    as_owner "$pg_ctl" -D "$dir/data" -l "$dir/log" -o "$options" -w start >"$dir.log" 2>&1 \
        || { cat "$dir.log" >&2; rm -rf "$dir" "$dir.log"; exit 1; }
    rm -f "$dir.log"
    echo "$dir"
    echo "postgres://clinic@/postgres?host=$dir"
}

stop_it() {
    case "$1" in
    */cryodose-pg-*) ;;
    *) echo "not a folder of mine: $1" >&2; exit 1 ;;
    esac
    as_owner "$(tool pg_ctl)" -D "$1/data" -m immediate -w stop >/dev/null 2>&1
    rm -rf "$1"
}

case "${1:-install}" in
install) install_it ;;
start) start_it "${2:-}" ;;
stop) stop_it "$2" ;;
*) echo "usage: database.sh [start [safe] | stop DIR]" >&2; exit 2 ;;
esac
