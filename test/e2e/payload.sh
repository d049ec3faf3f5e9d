#!/bin/sh
# The payload of the end-to-end tests: does the verbs of its arguments, one after the other.
while [ $# -gt 0 ]; do
  verb=$1
  shift
  case $verb in
    copy) cat "$1" >"$2" && shift 2 ;;
    write) printf '%s' "$2" >"$1" && shift 2 ;;
    # Bytes that take room on the disk.
    fill) head -c "$2" /dev/zero >"$1" || exit 1; shift 2 ;;
    # Bytes that take none, but time to read.
    sparse) truncate -s "$2" "$1" && shift 2 ;;
    link) ln -s "$1" "$2" && shift 2 ;;
    directory) mkdir "$1" && shift ;;
    environment) env >"$1" && shift ;;
    say) echo "$1" && shift ;;
    complain) echo "$1" >&2 && shift ;;
    ignore) trap '' "$1" && shift ;;
    # A process without parent and session that minds no TERM.
    daemon) (setsid sh -c 'trap "" TERM HUP INT; touch daemon; while :; do sleep 0.2; done' >/dev/null 2>&1 &)
            until [ -e daemon ]; do sleep 0.02; done ;;
    await) until [ -e "$1" ]; do sleep 0.02; done; shift ;;
    # Until killed; a shell that waits for a child minds signals at once.
    stay) touch staying; while :; do sleep 600 & wait $!; done ;;
    die) kill "-$1" $$ && shift ;;
    exit) exit "$1" ;;
    *) echo "no such verb: $verb" >&2; exit 64 ;;
  esac
done
