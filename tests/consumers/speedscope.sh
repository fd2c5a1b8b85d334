#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Has speedscope, from npm, import its formats: the profiles of folded, speedscope and pprof must be the same, stack by
# stack, and the timeline must nest.  Its own format also has to satisfy its schema.
. "$(dirname "$0")/consumer.sh"
need node jq
modules=$here/../../build/npm
[ -e "$modules/node_modules/speedscope" ] || skip 'speedscope is not installed: .ci/install-npm does it'

# imported FORMAT TRACE KIND: prints the profile as speedscope reads it.
imported() {
    export_trace "$1" "$2" "$1.$2"
    node "$here/npm/speedscope.mjs" "$modules" "$1.$2" > "$1.$2.imported" || fail "$1 of $2 was refused"
    same "what it takes $1 for" "$(jq -r .kind "$1.$2.imported")" "Importing as $3"
    same "warnings about $1 of $2" "$(jq -c .warnings "$1.$2.imported")" '[]'
    cat "$1.$2.imported"
}
first_profile() { jq -r '.profiles[0].stacks | to_entries[] | "\(.key) \(.value)"' | LC_ALL=C sort; }
weights() { jq --arg name "$1" '[.profiles[] | select(.name == $name) | .stacks[]] | add' "$2"; }

for trace in real daemon tasks; do
    imported folded "$trace" 'collapsed stack format' | first_profile > "stacks.$trace"
    diff "folded.$trace" "stacks.$trace" || fail "folded of $trace is not what was read"
    imported speedscope "$trace" 'speedscope json file' | first_profile | diff "folded.$trace" - ||
        fail "speedscope of $trace is not what folded says"
    imported pprof "$trace" 'protobuf encoded pprof file' | first_profile | diff "folded.$trace" - ||
        fail "pprof of $trace is not what folded says"
    node "$here/npm/schema.mjs" "$modules" "speedscope.$trace" || fail "speedscope of $trace: against its schema"
done
for capability in CAP_NET_BIND_SERVICE CAP_SYS_ADMIN; do
    same "checks of $capability" "$(weights $capability speedscope.daemon.imported)" "$(folded_sum "^$capability;" < folded.daemon)"
done
same 'denied checks' "$(weights 'denied checks' speedscope.daemon.imported)" 2

# Bytes that are no text arrive as such, replaced.
for format in 'folded collapsed stack format' 'speedscope speedscope json file' 'pprof protobuf encoded pprof file'; do
    imported "${format%% *}" hostile "${format#* }" > imported
    same "checks of the hostile trace" "$(jq '[.profiles[0].stacks[]] | add' imported)" 1
done

for trace in real tasks hostile; do
    imported perfetto "$trace" 'Trace Event Format profile' > "timeline.$trace"
done
jq -e '.profiles[] | select(.name | startswith("chown (pid ")) | .stacks | keys
       | any(test("^process [0-9]+ .*;chown .*chown nobody f"))' timeline.real > /dev/null ||
    fail "no chown within its process: $(cat timeline.real)"
same 'programs of the second process with a pid' 2 "$(jq '[.profiles[] | select(.name | contains("pid 10001002")) |
    .stacks | keys[] | select(test(";(first|second) "))] | length' timeline.tasks)"
