// SPDX-License-Identifier: Apache-2.0
#include "tests/live/live_test.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include "tests/live/surroundings.h"
#include "tests/support/chunk_surgery.h"

namespace caprec {
namespace {

namespace fs = std::filesystem;

// Why nothing can be recorded here; empty when it can.
std::string obstacle(const std::string& recorder, const std::string& directory) {
    if (geteuid() != 0)
        return "not root";
    const Ended probe = run({{recorder, "-q", "-o", directory + "/probe", "--", "true"}, directory, {}, {}, -1, false});
    fs::remove(directory + "/probe");
    return probe.status == 0 ? "" : "caprec cannot record here: " + probe.err;
}

}  // namespace

LiveTest::LiveTest() {
    pin_surroundings();
    std::string name = fs::temp_directory_path() / "caprec-live-XXXXXX";
    if (mkdtemp(name.data()) == nullptr)
        throw std::runtime_error("cannot make a directory below " + fs::temp_directory_path().string());
    chmod(name.c_str(), 0755);
    directory_ = name;
}

LiveTest::~LiveTest() {
    std::error_code ignored;
    fs::remove_all(directory_, ignored);
}

void LiveTest::SetUp() {
    collect_orphans();
    const std::string why = obstacle(recorder(), directory());
    if (why.empty())
        return;
    const char* required = std::getenv("CAPREC_REQUIRE_LIVE");
    if (required != nullptr && std::string(required) == "1")
        FAIL() << why;
    GTEST_SKIP() << why;
}

void LiveTest::TearDown() { end_descendants(); }

std::string LiveTest::recorder() {
    const char* other = std::getenv("CAPREC");
    return other != nullptr && *other != '\0' ? other : CAPREC_BINARY_DIR "/recorder/caprec";
}

std::string LiveTest::copy_of(const std::string& program) const {
    const std::string copy = path(fs::path(program).filename());
    fs::copy_file(program, copy, fs::copy_options::overwrite_existing);
    chmod(copy.c_str(), 0755);
    return copy;
}

std::string LiveTest::workload(const std::string& name) const {
    return copy_of(CAPREC_BINARY_DIR "/tests/workloads/" + name);
}

std::string LiveTest::sample(const std::string& name) const { return copy_of(CAPREC_BINARY_DIR "/samples/" + name); }

void LiveTest::write(const std::string& name, const std::string& text, unsigned mode) const {
    std::ofstream(path(name), std::ios::binary) << text;
    chmod(path(name).c_str(), mode);
}

std::string LiveTest::read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(path(name), std::ios::binary).rdbuf();
    return text.str();
}

std::string LiveTest::unpacked(const std::string& trace) const {
    const std::string bytes = read(trace);
    std::string all;
    for (const Segment& chunk : split_chunks(std::as_bytes(std::span(bytes))))
        all.append(reinterpret_cast<const char*>(chunk.data()), chunk.size() * 8);
    return all;
}

Launch LiveTest::launch(const std::vector<std::string>& command, const std::vector<std::string>& options) const {
    Launch plan;
    plan.argv = {recorder(), "-o", trace_path()};
    plan.argv.insert(plan.argv.end(), options.begin(), options.end());
    plan.argv.emplace_back("--");
    plan.argv.insert(plan.argv.end(), command.begin(), command.end());
    plan.directory = directory();
    return plan;
}

Recorded LiveTest::record(const Launch& plan) const {
    Recorded recorded;
    recorded.ended = run(plan);
    if (fs::is_regular_file(fs::symlink_status(trace_path())))
        recorded.trace = Trace::read(trace_path());
    return recorded;
}

Recorded LiveTest::record(const std::vector<std::string>& command, const std::vector<std::string>& options) const {
    return record(launch(command, options));
}

Recorded LiveTest::record_all(const std::vector<std::string>& command, std::vector<std::string> options) const {
    Recorded recorded = record(command, options);
    if (recorded.trace.footer && recorded.trace.footer->losses != Losses{}) {
        std::cout << "lost something on a busy machine, recorded again: " << recorded.ended.err;
        options.insert(options.end(), {"--buffer-size", "1G"});
        recorded = record(command, options);
    }
    return recorded;
}

Trace LiveTest::sound(const std::vector<std::string>& command, const std::vector<std::string>& options) const {
    Recorded recorded = record_all(command, options);
    EXPECT_EQ(recorded.ended.status, 0) << recorded.ended.err;
    EXPECT_EQ(faults_of(recorded.trace), "");
    return std::move(recorded.trace);
}

}  // namespace caprec
