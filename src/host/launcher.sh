#!/bin/sh
# Runs one payload and writes down how it ended, whoever is left to read it.
#   $1   the payload's command line, shell text by contract
#   1,2  the payload's output files; 3  the status file, opened by the pilot, so no path is trusted here
# The handlers do nothing, but a caught signal is reset to its default for the payload, an ignored one would not be:
# the payload dies of it and this shell lives to tell.
trap : HUP INT QUIT USR1 USR2 TERM XCPU
# The pilot keeps its own files to itself; what a payload makes has the usual mode.
umask 022
/bin/bash -c "$1" </dev/null 3>&-
status=$?
# Builtins only: it works when no further process can be started. `end` proves that the rest is whole.
{
  printf 'exit %d\n' "$status"
  times
  printf 'end\n'
} >&3
exit "$status"
