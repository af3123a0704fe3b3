#!/bin/sh
# The Rust tests: on SQLite, and on PostgreSQL too where LINLI_TEST_DATABASE_URL names one. `--doc` adds the examples
# in the docs. Uses cargo-nextest where it is installed. Examples are left to the lints: two crates have one of a name.
set -eu
cd "$(dirname "$0")/.."

# Before the others, so that the run ends with their summary.
if [ "${1:-}" = --doc ]; then
    cargo test --workspace --locked --doc --quiet
fi

if command -v cargo-nextest >/dev/null; then
    cargo nextest run --workspace --locked --no-fail-fast --lib --bins --tests
else
    cargo test --workspace --locked --no-fail-fast --lib --bins --tests
fi
