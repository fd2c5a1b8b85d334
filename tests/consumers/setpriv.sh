#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs the line of setpriv as root and as another user; the command reports the sets that it has.
. "$(dirname "$0")/consumer.sh"
need setpriv
need_root
skip_unless_held "${sets[@]}"

for set in "${sets[@]}"; do
    print setpriv "$set" 0 cat /proc/self/status > line
    expect_sets "$(bash line)" "$set" CapPrm CapEff CapBnd
    print setpriv "$set" 65534 cat /proc/self/status > line
    status=$(bash line)
    expect_sets "$status" "$set" CapPrm CapEff CapBnd CapInh CapAmb
    same 'user' "$(field Uid <<<"$status")" $'65534\t65534\t65534\t65534'
done
# The command arrives as it was, quotes and all.
print setpriv chown 0 printf '%s|' "it's" 'a "b" $c' $'two\nlines' '' > line
same 'arguments' "$(bash line)" "it's|a \"b\" \$c|"$'two\nlines||'
