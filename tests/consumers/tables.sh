#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Has DuckDB, from npm, run the statements of docs/tables.md: both formats must make the same
# table, it must match `events`, and the queries must find the known facts of the traces.
. "$(dirname "$0")/consumer.sh"
need node jq
modules=$here/../../build/npm
[ -e "$modules/node_modules/@duckdb/node-api" ] || skip 'DuckDB is not installed: .ci/install-npm does it'
page=$here/../../docs/tables.md

# tables TRACE...: makes `result` of their checks, which are in `events`, too.  A file of CSV has one header line.
tables() {
    rm -f checks.* events
    local trace format
    for trace; do
        for format in ndjson csv; do export_trace $format "$trace" "$trace.$format"; done
        cat "$trace.ndjson" >> checks.ndjson
        tail -n "+$([ -e checks.csv ] && echo 2 || echo 1)" "$trace.csv" >> checks.csv
        "$capanalyze" events --all --json "$trace.cap" | jq -c 'select(.type == "check")' >> events
    done
    node "$here/npm/tables.mjs" "$modules" "$page" > result || fail 'DuckDB refused something of the page'
}
ask() { jq -rc "$@" result; }

tables denied daemon hostile real
header=$(head -n 1 checks.csv | jq -Rc 'split(",")')
same 'columns of the page' "$(ask .columns)" "$header"
for engine in DuckDB ClickHouse 'Spark SQL'; do
    same "columns of $engine" "$(ask --arg engine "$engine" '.engines[$engine]')" "$header"
done
same 'formats' "$(ask '.formats | keys')" '["csv","ndjson"]'
same 'both formats are one table' "$(ask '.formats.csv == .formats.ndjson')" true
same 'rows' "$(ask '.formats.csv | length')" "$(wc -l < events)"
# Where no text is empty or hostile, columns have the values of `events`; numbers of 64 bits arrive as text.
compare='[(.capability, .verdict, .rule, .syscall, .errno, .site, .phase), (.pid | tostring), (.granted | tostring)]
    | map(. // "" | if . == "" then "-" else . end) | join(" ")'
diff <(jq -rc "$compare" events | sort) <(ask ".formats.csv[] | $compare" | sort) || fail 'not the checks of events'
same 'kinds of null' "$(ask '[.formats.csv[] | .[] | select(. == "")] | length')" 0
same 'a wall clock' "$(ask '[.formats.csv[] | select(.host == "example") | .time_utc[:10]] | unique[]')" \
    "$("$capanalyze" info --json real.cap | jq -r '.header.start.realtime / 1e9 | strftime("%Y-%m-%d")')"
evil='\x1b[31m\n\xff\xe2\x80\xae;"'"'"
same 'hostile names' "$(ask '.formats.csv[] | select((.image // "") | startswith("/tmp/")) | .comm')" "$evil"

# The run that is real is newer than those made for the tests.
same 'newly needed' "$(ask '.queries[0]')" \
    '[{"image":"/usr/bin/chown","capability":"CAP_CHOWN"},{"image":"/usr/bin/nice","capability":"CAP_SYS_NICE"}]'
same 'noise' "$(ask '.queries[1][0] | [.capability, .rule]')" '["CAP_SYS_ADMIN","overcommit"]'
same 'noise, in the ten noisiest places' "$(ask '[.queries[1][].asked | tonumber] | add')" \
    "$(jq -s 'map(select(.verdict == "not_needed")) | group_by([.capability, .site, .rule]) | map(map(.count) | add)
        | sort | reverse | .[:10] | add' events)"

# Another run of the same command needed the same.
tables daemon chown real
same 'newly needed, the second time' "$(ask '.queries[0]')" '[]'
seen='.queries[2][] | select(.capability == $name) | [.image, .seen_in, .of_runs]'
same 'seen in two runs' "$(ask --arg name CAP_CHOWN "$seen")" '["/usr/bin/chown","2","3"]'
same 'seen in one run' "$(ask --arg name CAP_NET_BIND_SERVICE "$seen")" '["/usr/sbin/daemon","1","3"]'
