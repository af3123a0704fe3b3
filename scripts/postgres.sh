#!/usr/bin/env bash
# A private PostgreSQL for tests: on loopback, as an unprivileged user, its data in a temporary folder, fsync off.
#   start   makes and starts it where it is not running
#   url     prints its address
#   stop    stops it and deletes its data
#   pause   stops it and keeps its data
#   kill    SIGKILLs it and all its processes
# LINLI_PG_PORT chooses another port, and so another server. LINLI_PG_DURABLE=1 keeps fsync on, and `start` then starts
# the data that a killed one left.
set -euo pipefail

port=${LINLI_PG_PORT:-54329}
home=${TMPDIR:-/tmp}/linli-pg-$(id -u)
[ "$port" = 54329 ] || home=$home-$port
durable=${LINLI_PG_DURABLE:-}

bin() {
    command -v "$1" 2>/dev/null || ls /usr/lib/postgresql/*/bin/"$1" 2>/dev/null | sort -V | tail -n 1
}

# initdb and the server refuse to run as root
as_user() {
    if [ "$(id -u)" = 0 ]; then
        local user=nobody
        id postgres >/dev/null 2>&1 && user=postgres
        (cd / && setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups "$@")
    else
        "$@"
    fi
}

owner() {
    if [ "$(id -u)" = 0 ]; then
        id postgres >/dev/null 2>&1 && echo postgres || echo nobody
    else
        id -un
    fi
}

case ${1:-} in
start)
    if [ -d "$home/data" ] && as_user "$(bin pg_ctl)" -D "$home/data" status >/dev/null 2>&1; then
        exit 0
    fi
    [ -n "$(bin initdb)" ] || { echo "PostgreSQL is not installed: scripts/setup.sh --test" >&2; exit 1; }
    if [ -z "$durable" ] || [ ! -d "$home/data" ]; then
        rm -rf "$home"
        mkdir -p "$home"
        chown "$(owner)" "$home"
        chmod 700 "$home"
        as_user "$(bin initdb)" -D "$home/data" -U linli -A trust --encoding=UTF8 --locale=C >"$home.log" 2>&1 ||
            { cat "$home.log" >&2; exit 1; }
    fi
    quick="-c fsync=off -c full_page_writes=off -c synchronous_commit=off"
    # as docs/operations.md sets up a city's server
    [ -z "$durable" ] || quick="-c shared_buffers=1GB -c max_wal_size=4GB -c checkpoint_timeout=15min \
        -c wal_compression=lz4 -c random_page_cost=1.1"
    # the server goes on when this script ends and must not hold its standard output open
    as_user "$(bin pg_ctl)" -D "$home/data" -w -l "$home/server.log" \
        -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$home $quick \
            -c max_connections=200" start >>"$home.log" 2>&1 </dev/null ||
        { cat "$home.log" "$home/server.log" >&2; exit 1; }
    ;;
url)
    echo "postgres://linli@127.0.0.1:$port/postgres"
    ;;
kill)
    pid=$(head -n 1 "$home/data/postmaster.pid")
    # the postmaster first, so that it notices nothing
    # shellcheck disable=SC2046 # several words are meant
    kill -9 "$pid" $(pgrep -P "$pid")
    while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
    ;;
pause)
    as_user "$(bin pg_ctl)" -D "$home/data" -m fast stop >/dev/null 2>&1 || true
    ;;
stop)
    if [ -d "$home/data" ]; then
        as_user "$(bin pg_ctl)" -D "$home/data" -m immediate stop >/dev/null 2>&1 || true
    fi
    rm -rf "$home" "$home.log"
    ;;
*)
    echo "usage: $0 start|url|pause|stop|kill" >&2
    exit 2
    ;;
esac
