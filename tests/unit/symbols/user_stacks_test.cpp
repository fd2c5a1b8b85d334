// SPDX-License-Identifier: Apache-2.0
#include "analyzer/sites/user_stacks.h"

#include <gtest/gtest.h>
#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/trace_builder.h"
#include "tests/unit/symbols/program_files.h"
#include "tests/unit/symbols/read_trace.h"
#include "tests/unit/symbols/recorded_samples.h"

namespace caprec {
namespace {

std::vector<std::string> lines_of(const ResolvedStack& stack) {
    std::vector<std::string> lines;
    for (const UserFrame& frame : stack.frames) {
        const std::string file = frame.file.substr(frame.file.find_last_of('/') + 1);
        lines.push_back((frame.inlined ? "+" : "") + frame.function + " " + file + ":" + std::to_string(frame.line));
    }
    return lines;
}

// The first stack whose innermost function is this one, as lines "function file:line"; inlined ones begin with "+".
std::vector<std::string> chain_from(const std::string& innermost, ReadTrace& trace) {
    for (UserStackId id(1); id.value() <= trace.count(); ++id) {
        const ResolvedStack& stack = trace.stacks().stack(id);
        if (!stack.frames.empty() && stack.frames[0].function == innermost)
            return lines_of(stack);
    }
    return {};
}

UserStack frame_pointers(std::initializer_list<UserPointer> frames) {
    UserStack stack;
    stack.kind = UserStackKind::frame_pointers;
    for (const UserPointer frame : frames)
        stack.pointers.push_back(encode(frame));
    return stack;
}

bool begins_with(const std::vector<std::string>& chain, const std::vector<std::string>& expected) {
    return chain.size() >= expected.size() && std::equal(expected.begin(), expected.end(), chain.begin());
}

class Recorded : public testing::Test {
protected:
    bool record(const std::vector<std::string>& command) {
        stacks_ = stacks_of(command, encoder_);
        return !stacks_.empty();
    }
    SampleEncoder encoder_;
    std::vector<UserStack> stacks_;
};

TEST_F(Recorded, FunctionsAndLinesThroughALibrary) {
    if (!record({program_folder + "deep_calls"}))
        GTEST_SKIP() << "cannot run or trace it";
    ReadTrace trace(trace_of(stacks_, encoder_));
    const std::vector<std::string> chain = chain_from("getppid", trace);
    const std::vector<std::string> once = {"deeper deep_calls.c:15", "library_inner deep_library.c:4",
                                           "library_walk deep_library.c:6", "deeper deep_calls.c:15"};
    ASSERT_GT(chain.size(), 5u);
    EXPECT_TRUE(begins_with({chain.begin() + 1, chain.end()}, once)) << testing::PrintToString(chain);
    EXPECT_TRUE(chain.back().starts_with("_start ")) << chain.back();
    EXPECT_TRUE(std::find_if(chain.begin(), chain.end(), [](const std::string& line) {
                    return line.starts_with("main deep_calls.c:");
                }) != chain.end());
    EXPECT_EQ(trace.stacks().stack(UserStackId(1)).incomplete, "");
    EXPECT_TRUE(trace.stacks().problems().empty());
}

TEST_F(Recorded, InlinedAndTemplateFunctions) {
    if (!record({program_folder + "templates"}))
        GTEST_SKIP() << "cannot run or trace it";
    ReadTrace trace(trace_of(stacks_, encoder_));
    const std::vector<std::string> chain = chain_from("getppid", trace);
    const auto has = [&](const std::string& text) {
        return std::any_of(chain.begin(), chain.end(), [&](const auto& line) { return line.find(text) != line.npos; });
    };
    EXPECT_TRUE(has("shop::Asks::~Asks() templates.cpp:")) << testing::PrintToString(chain);
    EXPECT_TRUE(
        has("shop::lookup(std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> > "
            "const&) templates.cpp:"));
    EXPECT_TRUE(has("+shop::guarded("));
    EXPECT_TRUE(has("int shop::Shelf<")) << testing::PrintToString(chain);
}

TEST(UserStacks, InlinedFramesAreLimited) {
    SampleEncoder encoder;
    CodeLines lines{"/nowhere/program", "", {{0x1000, {}}, {0x2000, {{std::string(1 << 20, 'x'), "", 1}}}}};
    lines.lines[0].frames.assign(5000, {"inlined", "a.c", 1});
    MemorySink sink;
    TraceWriter writer(sink);
    writer.header(plausible_header());
    writer.code_lines({&lines, 1});
    const ModuleId id = writer.define(Module{writer.define_string(lines.name), ModuleKind::user, ""});
    writer.define(frame_pointers({{id, 0x1000}}));
    UserStack deep;
    deep.kind = UserStackKind::frame_pointers;
    deep.pointers.assign(512, encode({id, 0x1001}));
    writer.define(deep);
    writer.define(frame_pointers({{id, 0x2000}}));
    writer.footer({});
    ReadTrace trace(sink.data);
    EXPECT_EQ(trace.stacks().stack(UserStackId(1)).frames.size(), 65u);
    EXPECT_EQ(trace.stacks().stack(UserStackId(2)).frames.size(), UserStacks::max_frames);
    EXPECT_EQ(trace.stacks().stack(UserStackId(2)).incomplete, "more than 1024 frames, with the inlined ones");
    EXPECT_EQ(trace.stacks().stack(UserStackId(3)).frames.at(0).function.size(), 4096u);
}

TEST_F(Recorded, AlikeAreThoseOfTheSameCalls) {
    if (!record({program_folder + "deep_calls"}))
        GTEST_SKIP() << "cannot run or trace it";
    const UserStackId last(stacks_.size()), added(stacks_.size() + 1);
    UserStack with_a_dead_word = stacks_.back();
    with_a_dead_word.places.push_back(static_cast<std::uint16_t>(with_a_dead_word.bytes / 8));
    with_a_dead_word.pointers.push_back(encode({ModuleId(), 0}));
    with_a_dead_word.bytes += 8;
    stacks_.push_back(with_a_dead_word);
    ReadTrace trace(trace_of(stacks_, encoder_));
    UserStacks& stacks = trace.stacks();
    EXPECT_TRUE(stacks.alike(last, added));
    for (UserStackId id(1); id <= last; ++id)
        EXPECT_EQ(stacks.alike(id, added), lines_of(stacks.stack(id)) == lines_of(stacks.stack(last))) << id.value();
}

TEST_F(Recorded, WithoutDebugInformationNamesComeFromSymbols) {
    if (!record({program_folder + "deep_calls_stripped"}))
        GTEST_SKIP() << "cannot run or trace it";
    ReadTrace trace(trace_of(stacks_, encoder_));
    const std::vector<std::string> chain = chain_from("getppid", trace);
    ASSERT_GT(chain.size(), 3u);
    EXPECT_EQ(chain[1], " :0");  // the program itself has no names
    EXPECT_EQ(chain[2], "library_inner deep_library.c:4");
}

TEST_F(Recorded, WithoutFilesTheFirstFrameIsLeftAndTheReason) {
    if (!record({program_folder + "deep_calls"}))
        GTEST_SKIP() << "cannot run or trace it";
    ReadTrace trace(trace_of(stacks_, encoder_), {CAPREC_SOURCE_DIR "/schema", {}});
    const ResolvedStack& stack = trace.stacks().stack(UserStackId(trace.count()));
    ASSERT_EQ(stack.frames.size(), 1u);
    EXPECT_EQ(stack.frames[0].function, "");
    EXPECT_EQ(stack.incomplete, "the file of the last frame was not found, or not used");
    ASSERT_EQ(trace.stacks().problems().size(), 1u);
    EXPECT_EQ(trace.stacks().problems()[0].name, stack.frames[0].module);
}

TEST_F(Recorded, LinesOfTheTraceStandInForDebugInformation) {
    if (!record({program_folder + "deep_calls_stripped"}))
        GTEST_SKIP() << "cannot run or trace it";
    const std::string program = program_folder + "deep_calls_stripped";
    ModuleId id(1);
    while (encoder_.module(id).path != program)
        ++id;
    UnwoundStack unwound;
    ReadTrace plain(trace_of(stacks_, encoder_));
    UserStackId deepest{};
    for (UserStackId stack(1); stack.value() <= plain.count(); ++stack)
        if (plain.stacks().stack(stack).frames.size() > plain.stacks().stack(deepest).frames.size())
            deepest = stack;
    plain.stacks().unwind(deepest, unwound);
    CodeLines lines{program, encoder_.module(id).build_id, {}};
    for (const CodePlace& place : unwound.frames)
        if (place.module == id)
            lines.lines.push_back({place.lookup_offset(), {{"inner", "a.c", 7}, {"outer", "b.c", 8}}});
    ASSERT_FALSE(lines.lines.empty());
    ReadTrace trace(trace_of(stacks_, encoder_, {}, std::span(&lines, 1)));
    const ResolvedStack& stack = trace.stacks().stack(deepest);
    const auto inner = std::find_if(stack.frames.begin(), stack.frames.end(),
                                    [](const UserFrame& frame) { return frame.function == "inner"; });
    ASSERT_NE(inner, stack.frames.end());
    EXPECT_TRUE(inner->inlined);
    EXPECT_EQ(inner->line, 7u);
    EXPECT_EQ((inner + 1)->function, "outer");
    EXPECT_EQ((inner + 1)->offset, inner->offset);
    EXPECT_FALSE((inner + 1)->inlined);
}

TEST(UserStacks, FramePointers) {
    SampleEncoder nothing;
    const UserStack stacks[] = {frame_pointers({{ModuleId(7), 100}, {ModuleId(8), 50}})};
    ReadTrace trace(trace_of(stacks, nothing));
    const ResolvedStack& stack = trace.stacks().stack(UserStackId(1));
    ASSERT_EQ(stack.frames.size(), 2u);
    EXPECT_EQ(stack.frames[0].offset, 100u);
    EXPECT_EQ(stack.frames[1].offset, 50u);
    EXPECT_EQ(stack.incomplete, "by frame pointers only: frames may be missing");
}

TEST(UserStacks, IdsWithoutADefinition) {
    ReadTrace trace(trace_of({}, SampleEncoder()));
    EXPECT_TRUE(trace.stacks().stack(UserStackId()).frames.empty());
    EXPECT_TRUE(trace.stacks().stack(UserStackId(99)).frames.empty());
    EXPECT_EQ(trace.stacks().stack(UserStackId(99)).incomplete, "");
}

TEST(UserStacks, DamagedPartsAreProblems) {
    const FilePart part{"/bin/x", "id", 10, 8, 4, Compression::none, "abcd"};
    ReadTrace trace(trace_of({}, SampleEncoder(), std::span(&part, 1)));
    const auto problems = trace.stacks().problems();
    ASSERT_EQ(problems.size(), 1u);
    EXPECT_EQ(problems[0].name, "/bin/x");
    EXPECT_EQ(problems[0].text, "in the trace: a part exceeds its file");
}

}  // namespace
}  // namespace caprec
