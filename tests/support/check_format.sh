#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Names the C and C++ sources that clang-format would change, and fails when there are any.  Braces around single
# statements are removed in a pass of its own: clang-format 14 breaks lines less well while it removes them.
# usage: check_format.sh [--fix]      --fix changes them
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
{ cat .clang-format; echo 'RemoveBracesLLVM: true'; } > "$work/without_braces"
export work

cat > "$work/check" <<'EOF'
for source; do
    clang-format --style="file:$work/without_braces" "$source" > "$work/$$.first" &&
        clang-format --style=file --assume-filename="$source" < "$work/$$.first" > "$work/$$" || exit 255
    cmp -s "$work/$$" "$source" && continue
    if [ -z "$fix" ]; then
        echo "$source"
    else
        cat "$work/$$" > "$source" || exit 255
    fi
done
EOF
fix=
[ "${1-}" != --fix ] || fix=1
export fix
changed=$(find schema analyzer recorder bpf tests samples -type f \( -name '*.cpp' -o -name '*.h' -o -name '*.c' \) -print0 |
    xargs -0 -n 20 -P "$(nproc)" sh "$work/check") || exit 1
[ -n "$changed" ] || exit 0
echo "$changed" | sort
echo 'tests/support/check_format.sh --fix formats them'
exit 1
