#!/bin/sh
# Runs the chat that /opt/chat leads to: goes to /usr/local/bin/chat. A server that runs goes on with
# the files of its own version when the link is changed.
export DENO_DIR=/var/cache/chat
exec deno run --quiet --no-prompt --allow-net --allow-read --allow-write --allow-env --allow-sys \
  "$(readlink -f /opt/chat)/main.ts" "$@"
