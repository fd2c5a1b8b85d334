// SPDX-License-Identifier: Apache-2.0
//
// The cost of user stacks for the analyzer, on a recorded trace: the first look at each stack with files, rows and
// names, and then unwinding alone with all rows known.
//
// usage: unwind_bench TRACE [SYSROOT]
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string>

#include "analyzer/sites/user_stacks.h"
#include "schema/error.h"
#include "tests/support/memory_stream.h"

namespace {

using namespace caprec;
// Time of the processor, so that other work on the machine does not count.
struct Clock {
    using time_point = double;
    static double now() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }
};

double seconds_since(Clock::time_point start) { return Clock::now() - start; }

void measure(const std::string& bytes, const FileSearch& search) {
    MemorySource source(std::as_bytes(std::span(bytes)));
    TraceReader reader(source);
    UserStacks stacks(reader, search);
    for (ReadStatus status = reader.next();
         status != ReadStatus::end && status != ReadStatus::cut && status != ReadStatus::damaged;
         status = reader.next())
        if (status == ReadStatus::files)
            reader.visit_files(stacks);
    const std::uint64_t count = reader.statistics().user_stacks;
    Clock::time_point start = Clock::now();
    std::size_t frames = 0, named = 0, whole = 0;
    for (UserStackId id(1); id.value() <= count; ++id) {
        const ResolvedStack& stack = stacks.stack(id);
        whole += stack.incomplete.empty() ? 1 : 0;
        for (const UserFrame& frame : stack.frames) {
            ++frames;
            named += frame.function.empty() ? 0 : 1;
        }
    }
    std::printf("%zu stacks (%zu whole), %zu frames (%zu with a name)\n", static_cast<std::size_t>(count), whole,
                frames, named);
    std::printf("first look, with files and names   %10.3f s\n", seconds_since(start));
    constexpr double long_enough = 1;
    UnwoundStack unwound;
    std::size_t unwinds = 0, steps = 0;
    double seconds = 0;
    for (start = Clock::now(); count > 0 && seconds < long_enough; seconds = seconds_since(start)) {
        for (UserStackId id(1); id.value() <= count; ++id) {
            stacks.unwind(id, unwound);
            ++unwinds;
            steps += unwound.frames.size();
        }
    }
    if (count > 0)
        std::printf("unwinding alone                    %10.0f stacks/s, %.0f frames/s\n",
                    static_cast<double>(unwinds) / seconds, static_cast<double>(steps) / seconds);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: unwind_bench TRACE [SYSROOT]\n");
        return 2;
    }
    std::ifstream file(argv[1], std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    try {
        measure(bytes, {argc > 2 ? argv[2] : "/", {}});
    } catch (const Error& error) {
        std::fprintf(stderr, "unwind_bench: %s\n", error.what());
        return 2;
    }
}
