#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# All checks of whether the tree is sound: installs missing packages, builds, runs the tests that record, and beside
# them, with less priority, runs clang-format and clang-tidy, builds and tests all the others under the sanitizers.  Ends
# with a table of the slowest tests and steps and a line "N passed, N failed"; fails when one did.
# usage: tests/run.sh [--quick | --asan-only] [--bench]
#   --quick      the dev build and its tests only, without the accuracy test and other kernels
#   --asan-only  the sanitizer build and its tests only
#   --bench      the table of tests/bench at the end (on an optimized build)
set -u
cd "$(dirname "$0")/.." || exit 1

dev=1 asan=1 lint=1 accuracy=1 vm=1 bench=0
for option in "$@"; do
    case $option in
    --quick) asan=0 lint=0 accuracy=0 vm=0 ;;
    --asan-only) dev=0 lint=0 accuracy=0 vm=0 ;;
    --bench) bench=1 ;;
    *) sed -n '/^# usage/,/^set/s/^# //p' "$0" >&2; exit 2 ;;
    esac
done

groups=(build test)
[ $accuracy = 0 ] || groups+=(accuracy)
[ $vm = 0 ] || groups+=(vm)
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
passed=0 failed=0 skipped=0 failures=() times=()
started=$SECONDS

say() { printf '\n== %s\n' "$*"; }
took() { times+=("$(($SECONDS - $1)) $2"); }  # START WHAT: for the table of the slowest

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

# Tests and steps that took longest, in seconds.
slowest() {
    say 'The slowest, in seconds (what runs side by side takes longer)'
    {
        printf '%s\n' ${times[@]+"${times[@]}"}
        for junit in build/dev/junit.*.xml build/asan/junit.*.xml; do
            [ ! -f "$junit" ] || tests/support/test_results.py --times "$junit" "${junit%/*}/test-results" |
                sed "s|\$| (${junit#build/}|; s|/junit.*|)|"
        done
    } | sort -k1,1nr | head -n 25
    echo "$((SECONDS - started)) all of it"
}

# People read the end of a long log first: it says what failed, and how.
finish() {
    slowest
    say 'Summary'
    for junit in build/dev/junit.*.xml build/asan/junit.*.xml; do
        [ ! -f "$junit" ] || tests/support/test_results.py --failures "$junit" "${junit%/*}/test-results"
    done
    for name in ${failures[@]+"${failures[@]}"}; do echo "***Failed: $name"; done
    [ $skipped = 0 ] || echo "$skipped skipped"
    echo "$passed passed, $failed failed"
    [ $failed = 0 ]
    exit
}

# build PRESET [TARGET [OPTION]]: configures once, then builds what changed.  Without a build nothing else makes sense.
build() {
    local begun=$SECONDS status
    say "Build: preset $1"
    { [ -f "build/$1/build.ninja" ] || cmake --preset "$1" ${3+"$3"}; } &&
        cmake --build "build/$1" -j "$jobs" --target "${2:-all}"
    status=$?
    outcome "build ($1)" $status
    took $begun "build ($1)"
    return $status
}

# run_tests PRESET TITLE COMMAND... -- CTEST-ARGUMENTS: runs ctest, adds its counts to ours.
run_tests() {
    local preset=$1 title=$2 junit status prefix=() begun=$SECONDS good bad missed
    shift 2
    while [ "$1" != -- ]; do prefix+=("$1"); shift; done
    shift
    say "Tests: $title ($preset)"
    junit=$PWD/build/$preset/junit.${title%%[ ,]*}.xml
    rm -f "$junit"
    ${prefix[@]+"${prefix[@]}"} ctest --test-dir "build/$preset" --output-on-failure --no-tests=error --timeout 900 \
        --output-junit "$junit" "$@"
    status=$?
    took $begun "$title ($preset)"
    if ! read -r good bad missed < <(tests/support/test_results.py "$junit" "build/$preset/test-results") ||
        { [ $status != 0 ] && [ "$bad" = 0 ]; }; then
        outcome "ctest: $title ($preset)" 1
        return
    fi
    passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + missed))
}

# Things that a live test could leave behind: programs in the kernel, mounts, processes of our build.
bpf_programs() {
    local names
    names=$(sed -nE '/^SEC\("/{n;s/^int (BPF_PROG\()?([A-Za-z0-9_]+).*/\2/p}' bpf/*.bpf.c | cut -c 1-15 | sort -u)
    ${as_root[@]+"${as_root[@]}"} "$(command -v bpftool)" -j prog show |
        jq -r --arg names "$names" '($names | split("\n")) as $ours
            | .[] | select(.name as $n | $ours | index($n)) | "BPF program \(.id) \(.name)"'
}
leftovers() {
    bpf_programs
    sed 's/^[^-]* - /mount /' /proc/self/mountinfo
    local exe
    for exe in /proc/[0-9]*/exe; do
        case $(readlink "$exe" 2>/dev/null) in "$PWD"/build/dev/*) echo "process ${exe//[!0-9]/}" ;; esac
    done
}

# Most of the time of these tests goes into remembering where each piece of memory was allocated: a few frames will do.
sanitizers() {
    build asan || return
    local -x ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}malloc_context_size=3
    run_tests asan 'unit, golden, fuzz under address and undefined-behaviour sanitizers' -- \
        -LE '^(live|consumer|accuracy|vm|bench)$' -j "$jobs"
}

static_programs() {
    build static all -DCAPREC_WERROR=ON || return
    run_tests dev 'static programs' ${as_root[@]+"${as_root[@]}"} -- -R '^consumer[.]static$'
}

# The programs for guests of the other architecture.  When its libraries cannot be fetched, the tests in guests say so.
foreign_programs() {
    tests/vm/sysroot arm64 && build static-arm64 all -DCAPREC_UNITY=ON
}

style() {
    local begun=$SECONDS
    say 'clang-format'
    tests/support/check_format.sh
    outcome 'clang-format' $?
    say 'clang-tidy'
    tests/support/check_tidy.py build/static
    outcome 'clang-tidy' $?
    took $begun 'clang-format, clang-tidy'
}

# Work that needs only a processor runs beside the live tests, which mostly wait; those come first where both could run.
beside=build/beside
start_beside() {
    mkdir -p build
    (
        renice -n 10 -p $BASHPID >/dev/null
        passed=0 failed=0 skipped=0 failures=() times=()
        [ $lint = 0 ] || static_programs
        [ $lint = 0 ] || style
        [ $asan = 0 ] || sanitizers
        declare -p passed failed skipped failures times > "$beside.counts"
    ) > "$beside.log" 2>&1 < /dev/null &
    beside_process=$!
}
join_beside() {
    local mine=("$passed" "$failed" "$skipped") my_failures=(${failures[@]+"${failures[@]}"}) my_times=(${times[@]+"${times[@]}"})
    wait "$beside_process"
    cat "$beside.log"
    if ! sed 's/^declare -[-a]* //' "$beside.counts" > "$beside.sums" 2>/dev/null; then
        outcome 'sanitizers, clang-format, clang-tidy' 1
        return
    fi
    # shellcheck source=/dev/null
    . "$beside.sums"
    passed=$((passed + mine[0])) failed=$((failed + mine[1])) skipped=$((skipped + mine[2]))
    failures=(${my_failures[@]+"${my_failures[@]}"} ${failures[@]+"${failures[@]}"})
    times=(${my_times[@]+"${my_times[@]}"} ${times[@]+"${times[@]}"})
}

rm -rf build/*/junit.*.xml build/*/test-results "$beside".*
# Tests that record nothing run under the sanitizers, and only there when these are built.
# A build for the recording tests alone compiles its sources together; the static one, which clang-tidy reads, too,
# compiles each alone.
if [ $dev = 1 ]; then
    if [ $asan = 1 ] && live_possible; then
        build dev recording_tests -DCAPREC_UNITY=ON || finish
    else
        build dev all || finish
    fi
fi
start_beside
if [ $dev = 1 ]; then
    [ $asan = 1 ] || run_tests dev 'unit, golden, fuzz' -- -LE '^(live|consumer|accuracy|vm|bench)$' -j "$jobs"
    if live_possible; then
        before=$(leftovers | sort)
        run_tests dev 'live, consumers of the formats' ${as_root[@]+"${as_root[@]}"} -- -L '^(live|consumer)$' \
            -E '^consumer[.]static$'
        [ $accuracy = 0 ] || run_tests dev 'accuracy' ${as_root[@]+"${as_root[@]}"} -- -L '^accuracy$'
        # A guest keeps one core busy, beside the sanitizers, and sees the files that the user who starts it may read.
        [ $vm = 0 ] || foreign_programs
        [ $vm = 0 ] || run_tests dev 'vm, other kernels' ${as_root[@]+"${as_root[@]}"} -- -L '^vm$'
        [ "$(id -u)" = 0 ] || "${as_root[@]}" chown -R "$(id -u):$(id -g)" build/dev/Testing build/dev/junit.* $(ls -d build/vm 2>/dev/null)
        for _ in $(seq 60); do  # the kernel frees programs a moment after their last user is gone
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

join_beside

if [ $bench = 1 ]; then
    build release || finish
    say 'Bench'
    ${as_root[@]+"${as_root[@]}"} tests/bench/bench.py --build build/release
    outcome 'bench' $?
fi
finish
