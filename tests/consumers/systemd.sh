#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Loads a unit with the lines through systemd-analyze verify and compares the sets of the unit as systemd understood
# them, which its debug log shows: it would ignore names that it does not know.  No service is started.
. "$(dirname "$0")/consumer.sh"
need systemd-analyze

# load SET UID: a unit with the lines for it.
load() {
    { printf '[Unit]\nDescription=test\n[Service]\nType=simple\nExecStart=/bin/true\n'; print systemd "$1" "$2"; } \
        > test.service
    SYSTEMD_LOG_LEVEL=debug systemd-analyze verify --man=no ./test.service > log 2>&1 || fail "verify: $(cat log)"
    ! grep -E 'test\.service:[0-9]+:' log || fail 'systemd complains about a line'
}
setting() { sed -n "s/^[[:space:]]*$1: *//p" log; }
names_of() { print text "$1" | tr '[:upper:]\n' '[:lower:] ' | sed 's/ $//'; }

load none 0
grep -q 'CapabilityBoundingSet:' log || skip 'this systemd-analyze does not show how it understood a unit'
for set in none all chown net_bind_service,sys_nice,setuid; do
    load "$set" 0
    same "bounding set for $set" "$(setting CapabilityBoundingSet)" "$(names_of "$set")"
    same 'no ambient set for root' "$(setting AmbientCapabilities)" ''
    load "$set" 1000
    same "bounding set for $set" "$(setting CapabilityBoundingSet)" "$(names_of "$set")"
    same "ambient set for $set" "$(setting AmbientCapabilities)" "$(names_of "$set")"
done
# The log must tell an ignored name from one that was taken.
sed -i 's/^CapabilityBoundingSet=.*/CapabilityBoundingSet=CAP_CHOWN CAP_NO_SUCH/' test.service
SYSTEMD_LOG_LEVEL=debug systemd-analyze verify --man=no ./test.service > log 2>&1 || true
same 'a name that does not exist' "$(setting CapabilityBoundingSet)" cap_chown
