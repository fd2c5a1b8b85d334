#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Checks diff's SARIF against the schema of SARIF 2.1.0, and that it says the same as diff --json.
. "$(dirname "$0")/consumer.sh"
need node jq
modules=$here/../../build/npm
[ -e "$modules/node_modules/@microsoft/jest-sarif" ] || skip 'the schema is not installed: .ci/install-npm does it'
valid() { node "$here/npm/sarif.mjs" "$modules" "$1" 2> errors; }

for pair in "${pairs[@]}"; do
    read -r old new <<< "$pair"
    diffed sarif "$old" "$new"
    file=sarif.$old.$new
    valid "$file" || fail "$file: against its schema: $(cat errors)"
    same "changes of $pair" \
        "$(jq -c '[.runs[].results[] | [.ruleId, .level, .properties.capability, .message.text[:5]]] | sort' "$file")" \
        "$(jq -c '[.[] | [.kind, (if .regression then "error" else "note" end), .capability,
            ((if .image == "" then .image_before else .image end) | if . == "" then "(prog" else .[:5] end)]] | sort' \
            "changes.$old.$new")"
    same "rules of $pair that are not declared" \
        "$(jq -c '.runs[] | [.results[].ruleId] - [.tool.driver.rules[].id]' "$file")" '[]'
    same "places of $pair" "$(jq '[.runs[].results[].locations[0].physicalLocation.artifactLocation.uri
        | select(test("^(file:///)?[A-Za-z0-9/._~%-]+$") | not)] | length' "$file")" 0
done
for trace in "${checked_traces[@]}"; do
    checked sarif "$trace"
    valid "sarif.$trace" || fail "sarif of a check of $trace: against its schema: $(cat errors)"
    same "findings of a check of $trace" "$(jq -c '[.runs[].results[] | [.ruleId, .level]] | sort' "sarif.$trace")" \
        "$(jq -c '[.[] | [.kind, .level]] | sort' "found.$trace")"
    same "rules of a check of $trace that are not declared" \
        "$(jq -c '.runs[] | [.results[].ruleId] - [.tool.driver.rules[].id]' "sarif.$trace")" '[]'
done
same 'where violations are shown' \
    "$(jq -c '[.runs[].results[] | select(.level == "error").locations[0].physicalLocation.artifactLocation.uri] | unique' \
        sarif.daemon)" '["rules"]'

# The test can fail.
jq '.runs[0].results[0].level = "fatal"' sarif.denied.callers > broken
! valid broken || fail 'the schema takes a level that it does not know'

uri=$(jq -r '.runs[0].results[] | select(.level == "error").locations[0].physicalLocation.artifactLocation.uri' \
    sarif.daemon.hostile)
same 'a hostile path' "$(printf '%b' "${uri//%/\\x}")" $'file:///tmp/\x1b[31m\n\xff\xe2\x80\xae;"\''
same 'a source line' "$(jq -c '[.runs[0].results[] | select(.level == "error").locations[0].physicalLocation
    | [.artifactLocation.uri, .region.startLine]]' sarif.denied.callers)" '[["vector.h",99]]'
jq -e '.runs[0].invocations[0].toolExecutionNotifications[] | select(.level == "warning").message.text
    | test("incomplete: 12 checks were lost")' sarif.chown.lossy > /dev/null || fail 'an incomplete trace does not say so'
