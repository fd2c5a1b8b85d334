#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Has flamegraph.pl draw folded stacks, of one run and of two: every line must be taken, and the picture must have the
# counts, the changes and only our frames.
. "$(dirname "$0")/consumer.sh"
need perl python3
flamegraph=/usr/share/perl5/Devel/NYTProf/flamegraph.pl  # libdevel-nytprof-perl brings it along
[ -e "$flamegraph" ] || skip "$flamegraph is not there"

# titles FILE: the titles of the frames in its picture.
titles() {
    perl "$flamegraph" --minwidth=0 "$1" > picture.svg 2> picture.err || fail "$1 was refused: $(cat picture.err)"
    [ ! -s picture.err ] || fail "of $1: $(cat picture.err)"
    python3 - picture.svg <<'PYTHON'
import sys, xml.etree.ElementTree
for title in xml.etree.ElementTree.parse(sys.argv[1]).iter('{http://www.w3.org/2000/svg}title'):
    print(title.text)
PYTHON
}
has() { grep -qxF "$2" <<< "$1" || fail "no '$2' in $1"; }

for trace in real daemon hostile; do
    export_trace folded "$trace" "folded.$trace"
    has "$(titles "folded.$trace")" "all ($(folded_sum . < "folded.$trace") samples, 100%)"
done

# compared OLD NEW: their differential picture.  The traces are those above.
compared() {
    "$capanalyze" diff --format folded "$1.cap" "$2.cap" > "$1.$2" 2> err || [ $? = 1 ] || fail "diff: $(cat err)"
    same "columns of $1 and $2" "$(awk '{ before += $(NF - 1); after += $NF } END { print before, after }' "$1.$2")" \
        "$(folded_sum . < "folded.$1") $(folded_sum . < "folded.$2")"
    titles "$1.$2"
}
changed=$(compared hostile daemon)
total=$(folded_sum . < folded.daemon)
has "$changed" "all ($total samples, 100%)"
grep -qE '^CAP_NET_BIND_SERVICE \(1 samples, [0-9.]+%; \+[0-9.]+%\)$' <<< "$changed" || fail "nothing is new: $changed"
same 'frames of what is the same' "$(compared real real | grep -vE '; 0\.00%\)$' | grep -v '^all ')" ''
# The program whose name would be several frames and lines is one.
has "$(compared daemon hostile | sed 's/ (1 samples.*//')" '\x1b[31m\n\xff\xe2\x80\xae\x3b"'"'"
