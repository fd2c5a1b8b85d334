#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The README's example: gives a file away (CAP_CHOWN) and runs a command at a better priority (CAP_SYS_NICE).
set -e
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
touch f
chown nobody f
nice -n -5 true
