// SPDX-License-Identifier: Apache-2.0
//
// The notes of commands that show user stacks when a trace brings more than they keep.
#include <gtest/gtest.h>

#include <sstream>

#include "analyzer/commands/table.h"
#include "analyzer/sites/user_stacks.h"
#include "tests/support/scratch_directory.h"
#include "tests/support/trace_builder.h"

namespace caprec {
namespace {

// Empty frames take next to nothing in the file.
Bytes trace_with_lines(std::size_t bytes) {
    CodeLines lines{"/bin/x", "id", {{1, std::vector<SourceFrame>(100'000)}}};
    TraceBuilder trace;
    for (std::size_t so_far = 0; so_far < bytes; so_far += lines.lines[0].frames.size() * sizeof(SourceFrame))
        trace.writer().code_lines({&lines, 1});
    trace.process(1, 0, "sh");
    return trace.finish();
}

std::string said_by(std::vector<std::string> arguments) {
    arguments.emplace_back("run.cap");
    std::ostringstream out, err;
    Streams streams{out, err};
    EXPECT_EQ(run_command(arguments, streams), exit_fine);
    return out.str() + err.str();
}

TEST(Limits, OfLinesOfCodeAreSaid) {
    const ScratchDirectory directory;
    const std::string note =
        "user stacks: the trace brings more lines of code than this program keeps (256 MiB): some names are missing\n";
    directory.write("run.cap", trace_with_lines(UserStacks::max_line_bytes));
    for (const std::vector<std::string>& command :
         std::vector<std::vector<std::string>>{{"export", "--format", "folded"}, {"pack", "-o", "packed.cap"}}) {
        const std::string text = said_by(command);
        EXPECT_NE(text.find(note), std::string::npos) << command[0] << ": " << text;
    }
    directory.write("run.cap", trace_with_lines(UserStacks::max_line_bytes / 64));
    EXPECT_EQ(said_by({"pack", "-o", "packed.cap"}).find(note), std::string::npos);
}

}  // namespace
}  // namespace caprec
