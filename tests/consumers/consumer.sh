# SPDX-License-Identifier: Apache-2.0
#
# Functions for the scripts of this folder.  Their arguments: the programs print_format, capanalyze, write_trace; 77 is
# "skipped".
# shellcheck shell=bash disable=SC2034  # variables are for them
set -euo pipefail
export PATH=$PATH:/usr/sbin:/sbin LC_ALL=C
tool=$(realpath "$1")
capanalyze=$(realpath "$2")
write_trace=$(realpath "$3")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
chmod 755 "$work"  # for the tests that run something as another user
trap 'rm -rf "$work"' EXIT
export HOME=$work  # some consumers keep files there
cd "$work"

skip() { echo "skipped: $*"; exit 77; }
fail() { echo "FAILED: $*" >&2; exit 1; }
need() {
    local program
    for program; do command -v "$program" >/dev/null || skip "$program is not installed"; done
}
need_root() { [ "$(id -u)" = 0 ] || skip 'only root can do this'; }

# Ends comments, lines, quotes and words in some language: it must stay a word of a comment.
hostile=$'/tmp/*/ /*\nNoNewPrivileges=no\n#include <none>\n- a: {"\'`id` \\'

# print FORMAT SET [UID [COMMAND...]]
print() {
    local format=$1 set=$2 uid=${3-0}
    shift $(($# < 3 ? $# : 3))
    [ $# -gt 0 ] || set -- "$hostile"
    "$tool" "$format" "$set" "$uid" "$@"
}
# export_trace FORMAT TRACE FILE: TRACE is one of write_trace's.
export_trace() {
    "$write_trace" "$2" > "$2.cap"
    "$capanalyze" export --format "$1" -o "$3" "$2.cap" 2> "$3.err" || fail "$1 of $2: $(cat "$3.err")"
}
# The pairs for `diff`: the same twice, new and gone needs, lines of source code, hostile names, an incomplete
# trace.
pairs=('real real' 'hostile daemon' 'daemon hostile' 'denied callers' 'callers denied' 'chown lossy')
# diffed FORMAT OLD NEW: makes FORMAT.OLD.NEW, and changes.OLD.NEW as diff --json has them: without checks that one run
# alone made and neither needed.
diffed() {
    local trace format status
    for trace in "$2" "$3"; do "$write_trace" "$trace" > "$trace.cap"; done
    for format in json "$1"; do
        status=0
        "$capanalyze" diff --allow-incomplete --format "$format" "$2.cap" "$3.cap" > "$format.$2.$3" 2> err || status=$?
        [ $status -lt 2 ] || fail "$format of $2 and $3: $(cat err)"
        same "exit status of $format for $2 and $3" $status "$(jq 'if .regression then 1 else 0 end' "json.$2.$3")"
    done
    jq '[.added[], .changed[], .removed[] | select(.kind | IN("newly_asked", "no_longer_asked") | not)]' \
        "json.$2.$3" > "changes.$2.$3"
}

# The input of `check`: traces, and a policy that allows some, refuses some and names a hostile program.
checked_traces=(real hostile daemon denied lossy)
# checked FORMAT TRACE: makes FORMAT.TRACE, and found.TRACE: the violations and notes of check --json.
checked() {
    local format status
    "$write_trace" "$2" > "$2.cap"
    printf '%s\n' 'allow * CAP_CHOWN  # <all> & "each" %0A::x' 'deny /** CAP_NET_BIND_SERVICE' 'allow /none CAP_BPF' > rules
    for format in json "$1"; do
        status=0
        "$capanalyze" check --allow-incomplete --format "$format" "$2.cap" --policy rules > "$format.$2" 2> err || status=$?
        [ $status -lt 2 ] || fail "$format of $2: $(cat err)"
        same "exit status of $format for $2" $status "$(jq 'if .fits then 0 else 1 end' "json.$2")"
    done
    jq -c '[(.violations[] + {level: "error"}), (.notes[] + {level: "note"}), (.not_used[] + {level: "note", kind: "not_used"})]' \
        "json.$2" > "found.$2"
}

# Adds up the folded stacks on standard input that match an extended regular expression.
folded_sum() { grep -E "$1" | awk '{ sum += $NF } END { print sum + 0 }'; }
lines_of() { print "$@" | grep -v '^#'; }
mask_of() { print hex "$1"; }

# The field of /proc/PID/status, in the text of standard input.
field() { sed -n "s/^$1:[[:space:]]*//p"; }
# The set that a process has here and therefore can give: in a container, not everything.
own_field() { field "$1" < /proc/self/status; }
skip_unless_held() {
    local set held
    held=$(own_field CapBnd)
    for set; do
        (((0x$(mask_of "$set") & ~0x$held) == 0)) || skip "the test itself lacks capabilities of the set $set"
    done
}

same() { [ "$2" = "$3" ] || fail "$1: it is '$2', expected '$3'"; }
# expect_sets STATUS-TEXT SET FIELD...: each field is the set, and nothing more.
expect_sets() {
    local status=$1 set=$2 name
    shift 2
    for name; do same "$name for $set" "$(field "$name" <<<"$status")" "$(mask_of "$set")"; done
}

# launches_with_sets FORMAT: runs the format's line as root and as another user; the command reports its sets.
launches_with_sets() {
    local format=$1 set status
    need "$format"
    need_root
    skip_unless_held "${sets[@]}"
    for set in "${sets[@]}"; do
        print "$format" "$set" 0 cat /proc/self/status > line
        expect_sets "$(bash line)" "$set" CapPrm CapEff CapBnd
        print "$format" "$set" 65534 cat /proc/self/status > line
        status=$(bash line)
        expect_sets "$status" "$set" CapPrm CapEff CapBnd CapInh CapAmb
        same 'user' "$(field Uid <<<"$status")" $'65534\t65534\t65534\t65534'
    done
    # The command arrives as it was, quotes and all.
    print "$format" chown 0 printf '%s|' "it's" 'a "b" $c' $'two\nlines' '' > line
    same 'arguments' "$(bash line)" "it's|a \"b\" \$c|"$'two\nlines||'
}

# Prints its own status: a program that needs nothing from the root directory it runs in.
static_show() {
    need gcc
    cat > show.c <<'C'
#include <fcntl.h>
#include <unistd.h>
int main(void)
{
    char text[8192];
    int file = open("/proc/self/status", O_RDONLY);
    ssize_t size = read(file, text, sizeof text);
    return size <= 0 || write(1, text, (size_t)size) != size;
}
C
    gcc -O1 -static -o "$1" show.c || skip 'no static C library'
}

sets=(none chown net_bind_service,sys_nice,setuid)
