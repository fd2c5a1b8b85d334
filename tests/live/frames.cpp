// SPDX-License-Identifier: Apache-2.0
#include "tests/live/frames.h"

#include <filesystem>
#include <sstream>

namespace caprec {
namespace {

std::string last_part(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::uint64_t number_or_0(const nlohmann::json& value) { return value.is_null() ? 0 : value.get<std::uint64_t>(); }

std::vector<ShownFrame> frames_of(const nlohmann::json& list) {
    std::vector<ShownFrame> frames;
    for (const nlohmann::json& frame : list)
        frames.push_back({{frame.at("module"), frame.at("offset")},
                          frame.at("function"),
                          last_part(frame.at("file")),
                          number_or_0(frame.at("line")),
                          frame.at("inlined")});
    return frames;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const FramePlace& place) {
    return out << place.module << "+0x" << std::hex << place.offset << std::dec;
}

std::vector<FramePlace> ShownStack::places() const {
    std::vector<FramePlace> places;
    for (const ShownFrame& frame : frames)
        if (!frame.inlined)
            places.push_back(frame.place);
    return places;
}

std::string ShownStack::text() const {
    std::ostringstream text;
    for (const ShownFrame& frame : frames)
        text << frame.place << ' ' << frame.function << (frame.inlined ? " (inlined) " : " ") << frame.file << ':'
             << frame.line << '\n';
    text << "end: " << (incomplete.empty() ? "whole" : incomplete) << '\n';
    return text.str();
}

std::string FramesTest::program(const std::string& name) {
    const std::string path = CAPREC_BINARY_DIR "/tests/programs/" + name;
    return std::filesystem::exists(path) ? path : "";
}

std::vector<ShownStack> FramesTest::stacks(const std::string& capability, const std::string& syscall,
                                           const std::vector<std::string>& options, std::string* notes) const {
    std::vector<std::string> arguments = {"events", "--all", "-U", "--json", "--cap", capability, "run.cap"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const Ended ended = capanalyze(arguments);
    EXPECT_EQ(ended.status, 0) << ended.err;
    if (notes != nullptr)
        *notes = ended.err;
    std::vector<ShownStack> found;
    std::set<std::string> known;
    std::istringstream lines(ended.out);
    for (std::string line; std::getline(lines, line);) {
        const nlohmann::json event = nlohmann::json::parse(line);
        if (event.at("type") != "check" || event.at("syscall") != syscall)
            continue;
        const nlohmann::json& why = event.at("user_stack_incomplete");
        const ShownStack stack{frames_of(event.at("user_stack")), why.is_null() ? "" : why.get<std::string>()};
        if (known.insert(stack.text()).second)
            found.push_back(stack);
    }
    return found;
}

ShownStack FramesTest::stack(const std::string& capability, const std::string& syscall,
                             const std::vector<std::string>& options, std::string* notes) const {
    const std::vector<ShownStack> all = stacks(capability, syscall, options, notes);
    EXPECT_EQ(all.size(), 1u) << capability << " in " << syscall;
    return all.empty() ? ShownStack() : all[0];
}

bool FramesTest::has_gdb() { return run({{"sh", "-c", "command -v gdb"}, {}, {}, {}, -1, false}).status == 0; }

std::vector<ShownStack> FramesTest::truth(const std::vector<std::string>& command, const std::string& syscall) const {
    const std::string result = path("truth.json");
    Launch plan;
    plan.argv = {"gdb",   "-nx",
                 "-q",    "-batch",
                 "-ex",   "python syscall='" + syscall + "'; result='" + result + "'",
                 "-x",    CAPREC_SOURCE_DIR "/tests/live/gdb_truth.py",
                 "--args"};
    plan.argv.insert(plan.argv.end(), command.begin(), command.end());
    plan.directory = directory();
    plan.environment = {"SHELL=/bin/sh"};  // it starts the program for gdb
    const Ended ended = run(plan);
    EXPECT_EQ(ended.status, 0) << ended.err;
    std::vector<ShownStack> stops;
    if (!std::filesystem::exists(result)) {
        ADD_FAILURE() << "gdb: " << ended.out << ended.err;
        return stops;
    }
    for (const nlohmann::json& frames : nlohmann::json::parse(read("truth.json")))
        stops.push_back({frames_of(frames), ""});
    return stops;
}

}  // namespace caprec
