// SPDX-License-Identifier: Apache-2.0
//
// However often `events` has to read a file, it prints the same.
#include <gtest/gtest.h>

#include <cerrno>
#include <functional>
#include <random>
#include <sstream>
#include <string>

#include "analyzer/commands/event_printer.h"
#include "schema/capability_numbers.h"
#include "tests/golden/sample_trace.h"
#include "tests/support/machine_trace.h"
#include "tests/support/random_run.h"
#include "tests/support/scratch_directory.h"

namespace caprec {
namespace {

std::string printed(const EventsOptions& options, std::size_t max_held) {
    std::ostringstream out, err;
    Streams streams{out, err};
    print_events(options, streams, max_held);
    return out.str() + "--- stderr\n" + err.str();
}

// Each of the options that decide what a line says, and which lines there are.
std::vector<EventsOptions> all_options(const std::string& file) {
    std::vector<EventsOptions> list;
    for (const bool json : {false, true}) {
        for (const bool noise : {false, true}) {
            for (const bool unique : {false, true}) {
                EventsOptions options;
                options.file = file;
                options.json = json;
                options.leaves_out_noise = !noise;
                options.unique = unique;
                options.kernel_stacks = noise;
                list.push_back(options);
                CheckChoice choice;
                choice.verdicts = {Verdict::required, Verdict::missing, Verdict::unclassified};
                choice.words = {"--verdict required,missing,unclassified"};
                options.filter.emplace(choice);
                list.push_back(options);
            }
        }
    }
    return list;
}

void expect_same_output(const Bytes& trace) {
    const ScratchDirectory directory;
    directory.write("run.cap", trace);
    for (const EventsOptions& options : all_options("run.cap")) {
        const std::string expected = printed(options, 0);
        for (const std::size_t max_held : {std::size_t{1}, std::size_t{700}, std::size_t{4000}, EventPrinter::max_held})
            EXPECT_EQ(printed(options, max_held), expected) << max_held;
    }
}

TEST(EventReadings, OfTheSamples) {
    for (const auto trace : {chown_trace, denied_trace, lossy_trace, cut_trace, damaged_trace, hostile_trace,
                             idle_trace, unrun_trace, real_trace, daemon_trace, nameless_trace, machine_trace})
        expect_same_output(trace());
}

TEST(EventReadings, OfRandomRuns) {
    for (unsigned seed = 1; seed <= 25 && !HasFailure(); ++seed) {
        SCOPED_TRACE(seed);
        expect_same_output(RandomRun(seed).trace());
    }
}

}  // namespace
}  // namespace caprec
