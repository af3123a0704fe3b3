#!/bin/sh
# Builds web/ into web/dist when a source is newer than what was built.
set -eu
cd "$(dirname "$0")/../web"

if ! cmp -s package-lock.json node_modules/.lock; then
    npm ci --include=dev --no-audit --no-fund
    mkdir -p node_modules && cp package-lock.json node_modules/.lock
fi

built=node_modules/.built # as old as the newest build
newer() {
    find . \( -path ./dist -o -path ./node_modules \) -prune -o -type f -newer "$built" -print | head -n 1
}
if [ ! -d dist ] || [ ! -f "$built" ] || [ -n "$(newer)" ]; then
    npm run build
    touch "$built"
fi
