// SPDX-License-Identifier: Apache-2.0
//
// A container is recorded while it runs, by its id; a new one with exactly the set that comes out does the same, and
// one that lacks a member of it does not.
#include <signal.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <unistd.h>
#include <algorithm>
#include <filesystem>
#include <sstream>

#include "tests/live/analyzed.h"
#include "tests/live/cgroup.h"

namespace caprec {
namespace {

namespace fs = std::filesystem;

// How an engine runs ./root, a root directory with the program /work; $T is the test's directory.
struct Engine {
    const char* name;
    const char* programs;
    const char* format;  // of minimal
    const char* cgroup;  // around the id
    // The sets are in the file ./set, as the format has them; without it, they are the engine's own.  "$@": the
    // command.  The id goes to ./id, the number of its first process to ./pid.
    const char* run;
    const char* without;  // takes the capability $1 out of ./set
};

constexpr Engine container_engines[] = {
    {"Podman", "podman crun", "podman", "libpod-",
     "rm -f id pid; exec bash -c '. $S/tests/consumers/containers/private_mounts.sh; private_mounts \"$@\"' bash "
     "podman --root $T/store --runroot $T/runroot --tmpdir $T/tmp --storage-driver vfs --runtime crun run --rm "
     "--cidfile $T/id --pidfile $T/pid --network none --cgroups disabled --ulimit nofile=256:256 --ulimit "
     "nproc=256:256 "
     "$(cat set 2>/dev/null | grep -v '^#') --rootfs $T/root \"$@\"",
     "sed -i \"s/--cap-add=$1\\( \\|$\\)//\" set"},
    {"Crun", "crun jq", "oci", "docker-",
     "[ -e set ] || echo '{\"process\": {\"capabilities\": {\"bounding\": [\"CAP_CHOWN\", \"CAP_NET_BIND_SERVICE\", "
     "\"CAP_KILL\", \"CAP_SETUID\"]}}}' | jq '.process.capabilities |= (.effective = .bounding | .permitted = "
     ".bounding)' >set\n"
     "rm -f pid; printf %064d $$ >id\n"
     "jq -n --args '{ociVersion: \"1.0.2\", root: {path: \"root\"}, process: {user: {uid: 0, gid: 0}, args: "
     "$ARGS.positional, cwd: \"/\"}, mounts: [{destination: \"/proc\", type: \"proc\", source: \"proc\"}], linux: "
     "{namespaces: [{type: \"pid\"}, {type: \"mount\"}, {type: \"network\"}]}}' \"$@\" >base.json\n"
     "jq -s '.[0] * .[1]' base.json set >config.json\n"
     "exec bash -c '. $S/tests/consumers/containers/private_mounts.sh; private_mounts \"$@\"' bash "
     "crun --root $T/state --cgroup-manager=disabled run --bundle $T --pid-file pid $(cat id)",
     "jq --arg name CAP_$1 '.process.capabilities |= map_values(map(select(. != $name)))' set >less && mv less set"},
};

class RunningContainer : public AnalyzedTest, public ::testing::WithParamInterface<Engine> {
protected:
    void SetUp() override {
        AnalyzedTest::SetUp();
        if (IsSkipped() || HasFatalFailure())
            return;
        fs::create_directories(path("root"));
        for (const char* below : {"proc", "dev", "sys", "etc", "run", "tmp", "var"})
            fs::create_directories(path("root/") + below);
        fs::copy_file(CAPREC_BINARY_DIR "/tests/programs/container_work", path("root/work"));
        ASSERT_EQ(mkfifo(path("root/go").c_str(), 0600), 0);
        std::istringstream programs(GetParam().programs);
        for (std::string program; programs >> program;)
            if (run(shell("command -v " + program, {})).status != 0)
                GTEST_SKIP() << program << " is not installed";
        if (const Ended ended = run(container({"/work"})); ended.status != 0)
            GTEST_SKIP() << GetParam().name << " does not run here: " << ended.err;
    }

    Launch shell(const std::string& script, const std::vector<std::string>& arguments) const {
        Launch plan;
        plan.argv = {"sh", "-c", script, "sh"};
        plan.argv.insert(plan.argv.end(), arguments.begin(), arguments.end());
        plan.directory = directory();
        plan.environment = {"T=" + directory(), "S=" CAPREC_SOURCE_DIR, "HOME=" + directory()};
        return plan;
    }
    Launch container(const std::vector<std::string>& command) const { return shell(GetParam().run, command); }

    bool works() const {
        const Ended ended = run(container({"/work"}));
        EXPECT_EQ(ended.status == 0, ended.out.find("worked") != std::string::npos) << ended.err;
        return ended.status == 0;
    }
};

TEST_P(RunningContainer, RunsAgainWithExactlyTheSet) {
    Child running(container({"/work", "wait"}));
    ASSERT_TRUE(running.wait_for_output("ready")) << running.err();
    ASSERT_TRUE(eventually([&] { return fs::exists(path("pid")) && !fs::is_empty(path("pid")); }));
    const std::string id = read("id");
    const TestCgroup cgroup("machine.slice/" + (GetParam().cgroup + id) + ".scope");
    if (!cgroup.exists())
        GTEST_SKIP() << "no cgroup can be made here";
    ASSERT_TRUE(cgroup.add(std::stoi(read("pid"))));
    Launch plan;
    plan.argv = {recorder(), "-o", "run.cap", "--container", id.substr(0, 20)};
    plan.directory = directory();
    Child recording(plan);
    ASSERT_TRUE(eventually([&] { return recording.err().find("; Ctrl-C ends it") != std::string::npos; }))
        << recording.err();
    const int go = open(path("root/go").c_str(), O_WRONLY | O_CLOEXEC);
    ASSERT_GE(go, 0);
    const Ended first = running.wait();
    close(go);
    EXPECT_EQ(first.status, 0) << first.err;
    recording.signal(SIGINT);
    EXPECT_EQ(recording.wait().status, 0);
    EXPECT_EQ(faults_of(Trace::read(trace_path())), "");

    const nlohmann::json keepers = json({"--json", "run.cap"}).at("keepers");
    ASSERT_EQ(keepers.size(), 1u) << keepers;
    EXPECT_EQ(keepers[0].at("container"), id);
    EXPECT_EQ(keepers[0].at("needed").at("capabilities").get<Names>(), (Names{"CAP_CHOWN", "CAP_NET_BIND_SERVICE"}));
    EXPECT_GT(keepers[0].at("held").size(), 2u);

    const Ended written =
        capanalyze({"minimal", "--per", "container", "--format", GetParam().format, "-o", "out", "run.cap"});
    ASSERT_EQ(written.status, 0) << written.err;
    ASSERT_FALSE(fs::is_empty(path("out"))) << written.err;
    const std::string set = read("out/" + fs::directory_iterator(path("out"))->path().filename().string());
    write("set", set);
    EXPECT_TRUE(works()) << set;
    for (const char* name : {"CHOWN", "NET_BIND_SERVICE"}) {
        write("set", set);
        ASSERT_EQ(run(shell(GetParam().without, {name})).status, 0);
        ASSERT_NE(read("set"), set);
        EXPECT_FALSE(works()) << "without " << name;
    }
}

INSTANTIATE_TEST_SUITE_P(All, RunningContainer, ::testing::ValuesIn(container_engines),
                         [](const auto& instance) { return std::string(instance.param.name); });

}  // namespace
}  // namespace caprec
