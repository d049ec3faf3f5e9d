#!/bin/sh
# Shows everything it was given wherever a payload can: output, error output, a text file, its job report, the name of a
# file, its own command line, its environment. Stays until the file $1 is there; then ends with $2.
cat echo.txt
cat echo.txt >&2
env
cat echo.txt >note.txt
cp report.json jobReport.json
while read -r name; do : >"named-$name"; done <names.txt
read -r argument <argument.txt
sh -c 'while :; do sleep 1; done' planted-argument "$argument" &
: >planted
until [ -e "$1" ]; do sleep 0.05; done
kill $!
echo "ERROR: the login with $argument was refused" >&2
exit "$2"
