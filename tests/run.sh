#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Everything that says whether the tree is sound: installs what is missing, builds, runs the tests, then the same
# under the sanitizers, then clang-format and clang-tidy.  Ends with a line "N passed, N failed"; fails when one did.
# usage: tests/run.sh [--quick | --asan-only] [--bench]
#   --quick      the dev build and its tests only, without the accuracy test
#   --asan-only  the sanitizer build and its tests only
#   --bench      the table of tests/bench at the end (on an optimized build)
set -u
cd "$(dirname "$0")/.." || exit 1

dev=1 asan=1 lint=1 accuracy=1 bench=0
for option in "$@"; do
    case $option in
    --quick) asan=0 lint=0 accuracy=0 ;;
    --asan-only) dev=0 lint=0 accuracy=0 ;;
    --bench) bench=1 ;;
    *) sed -n '/^# usage/,/^set/s/^# //p' "$0" >&2; exit 2 ;;
    esac
done

groups=(build test)
[ $accuracy = 0 ] || groups+=(accuracy)
[ $bench = 0 ] || groups+=(bench)
.ci/install-packages "${groups[@]}" || exit 1
[ $dev = 0 ] || .ci/install-npm || exit 1

as_root=()
if [ "$(id -u)" != 0 ]; then
    # A person at a terminal may type a password; nobody else is asked.
    if sudo -n true 2>/dev/null || { [ -t 0 ] && sudo true; }; then as_root=(sudo); else as_root=(false); fi
fi
live_possible() { [ "${as_root[*]-}" != false ]; }
export PATH=$PATH:/usr/sbin:/sbin
jobs=$(nproc)
passed=0 failed=0 skipped=0 failures=()

say() { printf '\n== %s\n' "$*"; }

# outcome NAME STATUS: counts one check that is no CTest.
outcome() {
    if [ "$2" = 0 ]; then
        passed=$((passed + 1))
        echo "Passed: $1"
    else
        failed=$((failed + 1))
        failures+=("$1")
        echo "***Failed: $1"
    fi
}

finish() {
    say 'Summary'
    for name in ${failures[@]+"${failures[@]}"}; do echo "***Failed: $name"; done
    [ $skipped = 0 ] || echo "$skipped skipped"
    echo "$passed passed, $failed failed"
    [ $failed = 0 ]
    exit
}

# build PRESET: configures once, then builds what changed.  Without a build nothing else makes sense.
build() {
    say "Build: preset $1"
    if { [ -f "build/$1/build.ninja" ] || cmake --preset "$1"; } && cmake --build "build/$1" -j "$jobs"; then
        outcome "build ($1)" 0
    else
        outcome "build ($1)" 1
        finish
    fi
}

# run_tests PRESET TITLE COMMAND... -- CTEST-ARGUMENTS: runs ctest, adds its counts to ours.
run_tests() {
    local preset=$1 title=$2 junit status count prefix=()
    shift 2
    while [ "$1" != -- ]; do prefix+=("$1"); shift; done
    shift
    say "Tests: $title ($preset)"
    junit=$PWD/build/$preset/junit.xml
    rm -f "$junit"
    ${prefix[@]+"${prefix[@]}"} ctest --test-dir "build/$preset" --output-on-failure --no-tests=error --timeout 180 \
        --output-junit "$junit" "$@"
    status=$?
    count() { sed -n "s/^[[:space:]]*$1=\"\([0-9]*\)\".*/\1/p" "$junit" 2>/dev/null | head -n 1; }
    local all bad missed
    all=$(count tests) bad=$(count failures) missed=$(count skipped)
    if [ -z "$all" ] || { [ $status != 0 ] && [ "${bad:-0}" = 0 ]; }; then
        outcome "ctest: $title ($preset)" 1
        return
    fi
    passed=$((passed + all - bad - missed)) failed=$((failed + bad)) skipped=$((skipped + missed))
    [ "$bad" = 0 ] || failures+=("$bad of $title ($preset), see above")
}

# What a live test could leave behind: programs in the kernel, mounts, processes of our build.
bpf_programs() {
    local names
    names=$(sed -nE 's/^(int|long) BPF_PROG\(([A-Za-z0-9_]+).*/\2/p' bpf/*.bpf.c | cut -c 1-15 | sort -u)
    ${as_root[@]+"${as_root[@]}"} "$(command -v bpftool)" -j prog show |
        jq -r --arg names "$names" '($names | split("\n")) as $ours
            | .[] | select(.name as $n | $ours | index($n)) | "BPF program \(.id) \(.name)"'
}
leftovers() {
    bpf_programs
    sed 's/^[^-]* - /mount /' /proc/self/mountinfo
    local exe
    for exe in /proc/[0-9]*/exe; do
        case $(readlink "$exe" 2>/dev/null) in "$PWD"/build/*) echo "process ${exe//[!0-9]/}" ;; esac
    done
}

if [ $dev = 1 ]; then
    build dev
    run_tests dev 'unit, golden, fuzz' -- -LE '^(live|consumer|accuracy|vm|bench)$' -j "$jobs"
    if live_possible; then
        before=$(leftovers | sort)
        run_tests dev 'live, consumers of the formats' ${as_root[@]+"${as_root[@]}"} -- -L '^(live|consumer)$'
        [ $accuracy = 0 ] || run_tests dev 'accuracy' ${as_root[@]+"${as_root[@]}"} -- -L '^accuracy$'
        [ "$(id -u)" = 0 ] || "${as_root[@]}" chown -R "$(id -u):$(id -g)" build/dev/Testing build/dev/junit.xml
        for _ in 1 2 3 4 5; do  # the kernel frees programs a moment after their last user is gone
            left=$(comm -13 <(echo "$before") <(leftovers | sort))
            [ -n "$left" ] || break
            sleep 1
        done
        [ -z "$left" ] || echo "$left"
        [ -z "$left" ]
        outcome 'nothing left behind: BPF programs, mounts, processes' $?
    else
        say 'Tests: live (dev): skipped, they need root: run as root, or where sudo works'
        skipped=$((skipped + 1))
    fi
fi

if [ $asan = 1 ]; then
    build asan
    run_tests asan 'unit, golden, fuzz under address and undefined-behaviour sanitizers' -- \
        -LE '^(live|consumer|accuracy|vm|bench)$' -j "$jobs"
fi

if [ $lint = 1 ]; then
    say 'clang-format'
    tests/support/check_format.sh
    outcome 'clang-format' $?
    say 'clang-tidy'
    tests/support/check_tidy.sh build/dev
    outcome 'clang-tidy' $?
fi

if [ $bench = 1 ]; then
    build release
    say 'Bench'
    ${as_root[@]+"${as_root[@]}"} tests/bench/bench.py --build build/release
    outcome 'bench' $?
fi
finish
