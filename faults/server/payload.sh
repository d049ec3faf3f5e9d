#!/bin/sh
# payload.sh LEDGER GATE EXITCODE OUTPUT: writes down when it begins, every signal it gets and when it ends; goes on only
# once the gate exists.
ledger=$1
echo begin >>"$ledger"
for signal in TERM INT HUP QUIT USR1 USR2 XCPU; do
  # shellcheck disable=SC2064 # the name is meant now
  trap "echo $signal >>'$ledger'" "$signal"
done
until [ -e "$2" ]; do sleep 0.1; done
printf content >"$4"
echo end >>"$ledger"
exit "$3"
