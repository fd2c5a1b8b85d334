#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Reads diff's workflow commands in the way that GitHub's runner does (ActionCommand.cs of actions/runner;
# its toolkit documents what is encoded): a command for each change of diff --json, whatever names are in it.
. "$(dirname "$0")/consumer.sh"
need jq /usr/bin/python3

# read_commands FILE: a line of JSON for each command; anything else is an error.
read_commands() {
    /usr/bin/python3 - "$1" <<'PYTHON'
import json, re, sys

def decoded(text, also=()):
    for code, letter in (("%0D", "\r"), ("%0A", "\n"), *also, ("%25", "%")):
        text = text.replace(code, letter)
    return text

for line in open(sys.argv[1], encoding="utf-8", newline="\n"):
    parts = re.fullmatch(r"::(?P<name>error|warning|notice)(?: (?P<properties>.*?))?::(?P<message>.*)\n", line)
    if not parts or re.search(r"[\x00-\x09\x0b-\x1f]", line):
        sys.exit(f"no workflow command: {line!r}")
    command = {"name": parts["name"], "message": decoded(parts["message"])}
    for word in filter(None, (parts["properties"] or "").split(",")):
        key, value = word.split("=", 1)
        if key not in ("file", "line", "title") or key in command:
            sys.exit(f"property {key!r}: {line!r}")
        command[key] = decoded(value, (("%3A", ":"), ("%2C", ",")))
    print(json.dumps(command))
PYTHON
}

for pair in "${pairs[@]}"; do
    read -r old new <<< "$pair"
    diffed github "$old" "$new"
    read_commands "github.$old.$new" > commands || fail "github of $pair"
    # Messages about a trace as a whole have another title.
    same "changes of $pair" \
        "$(jq -sc '[.[] | select(.title | startswith("CAP_")) | [.name, .title, .message[:5]]] | sort' commands)" \
        "$(jq -c '[.[] | [(if .regression then "error" else "notice" end), .capability,
            ((if .image == "" then .image_before else .image end) | if . == "" then "(prog" else .[:5] end)]] | sort' \
            "changes.$old.$new")"
    same "commands of $pair with a line and no file" "$(jq -s 'map(select(has("line") != has("file"))) | length' commands)" 0
done
for trace in "${checked_traces[@]}"; do
    checked github "$trace"
    read_commands "github.$trace" > commands || fail "github of a check of $trace"
    same "findings of a check of $trace" \
        "$(jq -sc '[.[] | select(.title | startswith("CAP_")) | .name] | sort' commands)" \
        "$(jq -c '[.[] | if .level == "error" then "error" else "notice" end] | sort' "found.$trace")"
done

# The test can fail.
sed 's/,title=/\ntitle=/' github.denied.callers > broken
! read_commands broken > /dev/null 2>&1 || fail 'a torn command was read'

evil='/tmp/\x1b[31m\n\xff\xe2\x80\xae;"'"'"
read_commands github.daemon.hostile | jq -se --arg name "$evil" \
    'any(.[]; .name == "error" and (.message | startswith($name + " newly needs CAP_CHOWN")))' > /dev/null ||
    fail "no hostile name: $(cat github.daemon.hostile)"
same 'a source line' "$(read_commands github.denied.callers | jq -c 'select(.name == "error") | [.file, .line]')" \
    '["vector.h","99"]'
read_commands github.chown.lossy | jq -se 'any(.[]; .name == "warning" and (.message | test("12 checks were lost")))' \
    > /dev/null || fail 'an incomplete trace does not say so'
