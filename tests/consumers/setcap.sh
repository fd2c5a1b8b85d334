#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs the setcap line on a copy of a program, and reads its capabilities back with getcap: for sets and for every
# single name.
. "$(dirname "$0")/consumer.sh"
need setcap getcap
need_root
program=$work/$'a "program"\n; it\'s `here` $HOME'
cp /bin/true "$program"
setcap cap_chown=ep "$program" 2>/dev/null || skip 'this filesystem or container takes no file capabilities'

check() {
    print setcap "$1" 0 "$program" > line
    bash -e line || fail "setcap refused: $(cat line)"
    # The names in the order of their numbers, which is the order of getcap.
    local names
    names=$(print text "$1" | tr '[:upper:]\n' '[:lower:],')
    same "file capabilities for $1" "$(getcap "$program")" "$program ${names%,}=ep"
}
check chown
check net_bind_service,sys_nice,setuid
for name in $(print text all); do check "$name"; done

setcap -r "$program"
same 'lines for the empty set' "$(lines_of setcap none 0 "$program" || true)" ''
