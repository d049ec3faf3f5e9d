#!/bin/sh
# Brings the project's own Node and libraries, once, and the bundle that bin/pilot starts, when a source is newer. Any
# Node >= 20 with npm may run it.
set -eu
cd "$(dirname "$0")/.."
stamp=node_modules/.set-up-for
wanted=$(cksum <package-lock.json)
if [ "$(cat "$stamp" 2>/dev/null || true)" != "$wanted" ]; then
  echo 'panda-pilot: installing its libraries (once) ...' >&2
  npm ci --ignore-scripts --no-fund --no-audit --loglevel=error >&2
  printf '%s\n' "$wanted" >"$stamp"
fi
if [ ! -e dist/main.js ] || [ -n "$(find src scripts package-lock.json -newer dist/main.js -print -quit)" ]; then
  node_modules/.bin/node scripts/bundle.ts
fi
