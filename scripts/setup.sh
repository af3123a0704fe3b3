#!/bin/sh
# What is needed besides Rust: a C compiler and Node to build; with `--test` also PostgreSQL, Chromium and Chinese type.
# On Debian, as root or with sudo, what is missing is installed from Debian's packages; elsewhere what is on PATH is
# used. Changes nothing when all is there.
set -eu

have() { command -v "$1" >/dev/null 2>&1; }
have_postgres() { have pg_ctl || ls /usr/lib/postgresql/*/bin/pg_ctl >/dev/null 2>&1; }
have_chromium() { [ -n "${CHROMIUM:-}" ] || have chromium || have chromium-browser || have google-chrome; }
have_type() { have fc-list && [ -n "$(fc-list :lang=zh-cn family | head -n 1)" ]; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Before anything is installed, so that nothing is installed in vain.
if ! have cargo; then
    echo "setup: Rust is missing. Install it by https://rustup.rs and start again; rust-toolchain.toml names the version." >&2
    exit 1
fi

missing=""
have cc || missing="$missing gcc libc6-dev"
{ have node && have npm; } || missing="$missing nodejs npm"
if [ "${1:-}" = --test ]; then
    have_postgres || missing="$missing postgresql"
    have_chromium || missing="$missing chromium"
    have_type || missing="$missing fontconfig fonts-noto-cjk"
fi

if [ -n "$missing" ]; then
    if ! have apt-get || { [ "$(id -u)" != 0 ] && ! have sudo; }; then
        echo "setup: please install:$missing" >&2
        exit 1
    fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q
    # Debian 12 has 15; a later Debian has a later one.
    if apt-cache show postgresql-15 >/dev/null 2>&1; then
        missing=$(echo "$missing" | sed 's/ postgresql/ postgresql-15/')
    fi
    # shellcheck disable=SC2086 # several words are meant
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing
fi

if ! node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)'; then
    echo "setup: this is Node $(node --version), and 20 or later is needed (Debian 12 has 18): https://nodejs.org/en/download" >&2
    exit 1
fi
