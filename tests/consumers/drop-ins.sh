#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Writes the drop-ins for the units of a recorded machine, and loads each with its unit through systemd-analyze verify:
# the unit has then just the set of the drop-in, as the debug log shows.  No service is started.
. "$(dirname "$0")/consumer.sh"
need systemd-analyze

"$write_trace" machine > machine.cap
"$capanalyze" minimal --per unit --format systemd -o units machine.cap 2> list || fail "minimal: $(cat list)"
export SYSTEMD_UNIT_PATH="$work/units:"
count=0
for folder in units/*.service.d; do
    unit=$(basename "$folder" .d)
    printf '[Unit]\nDescription=test\n[Service]\nType=simple\nExecStart=/bin/true\nCapabilityBoundingSet=CAP_SYSLOG\n' \
        > "units/$unit"
    SYSTEMD_LOG_LEVEL=debug systemd-analyze verify --man=no "units/$unit" > log 2>&1 || fail "$unit: $(cat log)"
    ! grep -E '50-capabilities\.conf:[0-9]+:' log || fail "systemd complains about a line of the drop-in of $unit"
    grep -q 'CapabilityBoundingSet:' log || skip 'this systemd-analyze does not show how it understood a unit'
    written=$(sed -n "s|^written .*/$unit\.d/.*: ||p" list | tr '[:upper:]' '[:lower:]')
    [ "$written" != 'no capability' ] || written=
    same "bounding set of $unit" "$(sed -n 's/^[[:space:]]*CapabilityBoundingSet: *//p' log | head -n 1)" "$written"
    count=$((count + 1))
done
same 'drop-ins' "$count" 2
