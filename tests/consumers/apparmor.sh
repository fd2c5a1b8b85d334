#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Compiles a profile with the rules and compares the set that AppArmor's parser says the profile has; it refuses names
# that it does not know.  The profile is not loaded: that needs a kernel with AppArmor.  The parser is told of a kernel
# that knows all capabilities: for others it writes sys_admin in the place of the newest, as the comment says.
. "$(dirname "$0")/consumer.sh"
need apparmor_parser
abi=/etc/apparmor.d/abi/3.0
grep -q 'perfmon bpf' "$abi" || skip "no description of a kernel in $abi"
sed 's/perfmon bpf/perfmon bpf checkpoint_restore/' "$abi" > features
parse() { apparmor_parser -Q -K -d --kernel-features features --policy-features features profile > parsed 2> log; }

for set in none all chown net_bind_service,sys_nice,setuid; do
    { echo 'profile test {'; print apparmor "$set"; echo '}'; } > profile
    parse || fail "apparmor_parser refused the rules for $set: $(cat log)"
    same "capabilities for $set" "$(sed -n 's/^Capabilities: *//p' parsed | tr -s ' ' '\n' | sort)" \
        "$(print text "$set" | sed 's/^CAP_//' | tr '[:upper:]' '[:lower:]' | sort)"
done
{ echo 'profile test {'; print apparmor bpf; echo '}'; } > profile
sed 's/ perfmon bpf//' "$abi" > features
parse
same 'CAP_BPF for an old kernel' "$(sed -n 's/^Capabilities: *//p' parsed | tr -d ' ')" sys_admin
# The parser must refuse a name that does not exist.
printf 'profile test {\n  capability no_such,\n}\n' > profile
! parse || fail 'apparmor_parser takes any name'
