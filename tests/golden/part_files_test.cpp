// SPDX-License-Identifier: Apache-2.0
//
// minimal -o DIR: a file for each unit or container.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "analyzer/emit/minimal/part_files.h"
#include "tests/golden/golden_file.h"
#include "tests/golden/run_command.h"
#include "tests/support/machine_trace.h"
#include "tests/support/merged_traces.h"

namespace caprec {
namespace {

// The files below a folder, by name.
std::map<std::string, std::string> files_below(const std::string& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file())
            continue;
        std::ifstream in(entry.path(), std::ios::binary);
        files[entry.path().string()] = {std::istreambuf_iterator<char>(in), {}};
    }
    return files;
}

std::string all_of_them(const Result& result) {
    std::string text = result.err;
    for (const auto& [name, contents] : files_below("out"))
        text += "--- " + name + '\n' + contents;
    return text;
}

struct PartFileRow {
    const char* golden;
    std::vector<std::string> options;
};

class PartFiles : public testing::TestWithParam<PartFileRow> {};

TEST_P(PartFiles, AreAsExpected) {
    const ScratchDirectory directory;
    directory.write("run.cap", machine_trace());
    directory.write("docker.json", docker_names());
    directory.write("pods.json", pod_names());
    std::vector<std::string> arguments = {"minimal", "run.cap", "-o", "out"};
    arguments.insert(arguments.end(), GetParam().options.begin(), GetParam().options.end());
    const Result result = run(arguments);
    EXPECT_EQ(result.status, exit_fine) << result.err;
    EXPECT_EQ(result.out, "");
    expect_golden(GetParam().golden, all_of_them(result));
}

INSTANTIATE_TEST_SUITE_P(
    All, PartFiles,
    testing::Values(
        PartFileRow{"parts-systemd.txt", {"--per", "unit", "--format", "systemd"}},
        PartFileRow{"parts-docker.txt", {"--per", "container", "--format", "docker", "--names", "docker.json"}},
        PartFileRow{"parts-kubernetes.txt", {"--per", "container", "--format", "kubernetes", "--names", "pods.json"}},
        PartFileRow{"parts-oci.txt", {"--per", "container", "--format", "oci", "--include-missing"}},
        PartFileRow{"parts-podman.txt", {"--per", "container", "--format", "podman"}},
        PartFileRow{"parts-compose.txt", {"--per", "container", "--format", "compose"}}));

TEST(PartFilesOutput, NothingIsOverwrittenUnlessForced) {
    const ScratchDirectory directory;
    directory.write("run.cap", machine_trace());
    const std::vector<std::string> arguments = {"minimal", "run.cap", "-o",       "out",
                                                "--per",   "unit",    "--format", "systemd"};
    EXPECT_EQ(run(arguments).status, exit_fine);
    const std::string name = "out/ssh.service.d/50-capabilities.conf";
    { std::ofstream(name) << "mine\n"; }
    const Result again = run(arguments);
    EXPECT_EQ(again.status, exit_failure);
    EXPECT_NE(again.err.find("ssh.service: " + name + " exists"), std::string::npos) << again.err;
    EXPECT_EQ(directory.read(name), "mine\n");
    std::vector<std::string> forced = arguments;
    forced.emplace_back("--force");
    EXPECT_EQ(run(forced).status, exit_fine);
    EXPECT_NE(directory.read(name).find("CapabilityBoundingSet=CAP_CHOWN CAP_SYS_NICE\n"), std::string::npos);
}

// A merged trace gives the same settings, but that it does not tell which units were started from others.
TEST(PartFilesOutput, OfAMergedTraceAreTheSame) {
    const ScratchDirectory directory;
    directory.write("run.cap", machine_trace());
    directory.write("merged.cap", merge_traces(std::vector<Bytes>{machine_trace()}));
    const auto settings = [](const char* trace, const std::string& folder, const char* split, const char* format) {
        EXPECT_EQ(run({"minimal", trace, "-o", folder, "--per", split, "--format", format}).status, exit_fine);
        std::map<std::string, std::string> kept;
        for (const auto& [name, contents] : files_below(folder))
            kept[name.substr(folder.size())] = contents.substr(contents.rfind("\n", contents.size() - 2) + 1);
        return kept;
    };
    EXPECT_EQ(settings("run.cap", "1", "container", "docker"), settings("merged.cap", "2", "container", "docker"));
    EXPECT_EQ(settings("run.cap", "3", "unit", "systemd").size(), 2u);
    EXPECT_EQ(settings("merged.cap", "4", "unit", "systemd").size(), 2u);
    const auto bounds = [](const std::string& folder, const char* unit) {
        const std::string text = files_below(folder)[folder + '/' + unit + ".d/50-capabilities.conf"];
        return text.substr(text.find("[Service]"));
    };
    EXPECT_EQ(bounds("3", "ssh.service"), bounds("4", "ssh.service"));
    EXPECT_NE(bounds("3", "docker.service"), bounds("4", "docker.service"));
}

TEST(PartFilesOutput, AnIncompleteTraceWritesNothing) {
    const ScratchDirectory directory;
    TraceBuilder trace(header_of(RecordingScope::machine));
    add_found(trace, 1, 0, "/bin/daemon");
    directory.write("run.cap", trace.cut());
    const Result result = run({"minimal", "run.cap", "-o", "out", "--per", "unit", "--format", "systemd"});
    EXPECT_EQ(result.status, exit_failure);
    EXPECT_FALSE(std::filesystem::exists("out"));
}

TEST(PartFilesOutput, OtherFormatsAndSplitsAreRefused) {
    const ScratchDirectory directory;
    directory.write("run.cap", machine_trace());
    for (const std::vector<std::string>& options :
         std::vector<std::vector<std::string>>{{},
                                               {"--per", "unit"},
                                               {"--per", "unit", "--format", "docker"},
                                               {"--per", "user", "--format", "systemd"}}) {
        std::vector<std::string> arguments = {"minimal", "run.cap", "-o", "out"};
        arguments.insert(arguments.end(), options.begin(), options.end());
        EXPECT_NE(run(arguments).err.find("--output is for"), std::string::npos);
        EXPECT_FALSE(std::filesystem::exists("out"));
    }
}

// Names come from the traced system: no file may be written elsewhere.
TEST(PartFilesOutput, HostileNamesStayInTheFolder) {
    const ScratchDirectory directory;
    TraceBuilder trace(header_of(RecordingScope::machine));
    const std::string id(64, 'a'), other(64, 'b'), third(64, 'c');
    const std::string places[] = {"/.service",
                                  "/..service",
                                  "/a\nb.service",
                                  "/a b.service",
                                  "/" + std::string(230, 'x') + ".service",
                                  "/docker/" + id,
                                  "/docker/" + other,
                                  "/docker/" + third};
    std::uint64_t process = 0;
    for (const std::string& place : places) {
        add_found(trace, ++process, 0, "/bin/daemon");
        add_place(trace, process, place, process);
        trace.check(process, 0, true, "chown", {"cap_capable", "setattr_prepare", "notify_change"}, 0);
    }
    directory.write("run.cap", trace.finish(ended_by(EndReason::time_up)));
    directory.write("names.json", "[{\"Id\": \"" + id + "\", \"Name\": \"../../etc/passwd\"}, {\"Id\": \"" + other +
                                      "\", \"Name\": \"..\\u001b[31m\"}, {\"Id\": \"" + third + "\", \"Name\": \"" +
                                      std::string(500, 'n') + "\"}]");
    const Result units = run({"minimal", "run.cap", "-o", "units", "--per", "unit", "--format", "systemd"});
    EXPECT_EQ(units.status, exit_fine);
    EXPECT_TRUE(files_below("units").empty()) << units.err;
    EXPECT_EQ(units.err.find('\x1b'), std::string::npos);
    const Result result =
        run({"minimal", "run.cap", "-o", "out", "--per", "container", "--format", "docker", "--names", "names.json"});
    EXPECT_EQ(result.status, exit_fine) << result.err;
    const std::map<std::string, std::string> files = files_below("out");
    EXPECT_EQ(files.size(), 3u) << result.err;
    for (const auto& [name, contents] : files) {
        EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_./"), std::string::npos) << name;
        EXPECT_EQ(name.find('/', 4), std::string::npos) << name;
        EXPECT_EQ(name.find("out/."), std::string::npos) << name;
        EXPECT_LT(name.size(), 240u);
    }
    EXPECT_FALSE(std::filesystem::exists("../etc"));
}

}  // namespace
}  // namespace caprec
