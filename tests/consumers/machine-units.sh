#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# systemd takes the units of samples/machine, and the options in them are caprec's.
set -eu
source=$(cd "$(dirname "$0")/../.." && pwd)
command -v systemd-analyze >/dev/null || { echo "skipped: no systemd-analyze"; exit 77; }
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cp "$source"/samples/machine/* "$directory"
sed -i "s|/usr/bin/caprec|$2|" "$directory"/caprec-machine.service  # a program that is there
problems=$(systemd-analyze verify --man=no "$directory"/*.service "$directory"/*.timer 2>&1 | grep -F caprec || true)
[ -z "$problems" ] || { echo "$problems"; exit 1; }
options=$(grep ^ExecStart= "$directory"/caprec-machine.service | grep -o -e '--[a-z]*')
[ -n "$options" ]
for option in $options; do
    grep -q -F -e "\\-\\-${option#--}" "$source"/docs/caprec.1 || { echo "caprec has no option $option"; exit 1; }
done
