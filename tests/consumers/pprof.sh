#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Has pprof read the profile and count, by function and by label.
. "$(dirname "$0")/consumer.sh"
if command -v pprof > /dev/null; then
    pprof=(pprof)
elif command -v go > /dev/null; then
    pprof=(go tool pprof)
else
    skip 'neither pprof nor go is installed'
fi
export PPROF_TMPDIR=$work
run() { "${pprof[@]}" "$@" 2> err || fail "pprof $*: $(cat err)"; }
# The cumulative count of a function.
cumulative() { run -top -cum -nodecount=1000 "${@:2}" | awk -v name="$1" '$6 == name { print $4 }'; }

export_trace pprof real p
export_trace folded real f
same 'samples' "$(run -top p | sed -n 's/.*Total samples = \([0-9]*\).*/\1/p')" "$(folded_sum . < f)"
for name in CAP_CHOWN CAP_SYS_ADMIN chown dash setattr_prepare __mmap_region cap_capable; do
    same "checks below $name" "$(cumulative "$name" p)" "$(folded_sum "(^|;)$name(;| )" < f)"
done
same 'needed' "$(run -tags p | grep -c ': required$')" 1
same 'below CAP_CHOWN, of what was needed' "$(cumulative CAP_CHOWN -tagfocus=verdict=required p)" 1
same 'by process' "$(run -tags p | sed -n '/pid: Total/,/^$/p' | tail -n +2 | grep -c .)" 4
same 'what nobody denied' "$(run -top -sample_index=denied p | sed -n 's/.*Total samples = \([0-9]*\).*/\1/p')" 0

export_trace pprof denied p
same 'denied' "$(cumulative CAP_NET_BIND_SERVICE -sample_index=denied p)" 1
# Lines, inlined calls and build ids, of files that are not there.
export_trace pprof callers p
run -top -cum -lines p | grep -q ' main src/main\.c:7$' || fail 'no line of main'
run -top -cum p | grep -q ' std::vector.*(inline)$' || fail 'no inlined call'
run -peek '^main$' p | grep -q 'change;owner' || fail 'main calls nobody'
run -raw p | grep -q '/opt/no/such/app abcd0102 ' || fail 'no build id'

export_trace pprof lossy p
run -comments p | grep -q '^INCOMPLETE$' || fail 'an incomplete trace does not say so'
export_trace pprof hostile p
run -raw p > raw
! LC_ALL=C grep -q '[[:cntrl:]]' raw || [ "$(LC_ALL=C tr -d '\n\t' < raw | LC_ALL=C grep -c '[[:cntrl:]]')" = 0 ] ||
    fail 'control characters came through'
