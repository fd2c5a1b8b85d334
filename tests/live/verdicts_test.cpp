// SPDX-License-Identifier: Apache-2.0
//
// The analyzer's conclusions from recordings on this kernel: the capabilities that a workload needs, and when.
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

#include "tests/live/analyzed.h"

namespace caprec {
namespace {

constexpr unsigned nobody = 65534, foreign_group = 4242;

class Verdicts : public AnalyzedTest {
protected:
    void write_for(unsigned owner, unsigned group, const std::string& name, unsigned mode) const {
        write(name, "x");
        ASSERT_EQ(chown(path(name).c_str(), owner, group), 0);
        ASSERT_EQ(chmod(path(name).c_str(), mode), 0);
    }

    Names phase(const nlohmann::json& document, const std::string& name) const {
        for (const nlohmann::json& part : document.at("parts"))
            if (part.at("phase") == name)
                return part.at("capabilities").get<Names>();
        ADD_FAILURE() << "no phase " << name;
        return {};
    }
};

TEST_F(Verdicts, ADaemonNeedsNothingAfterItsDrop) {
    const Recorded recorded = record({workload("drop_to_nobody")});
    if (recorded.ended.status == 77)
        GTEST_SKIP() << "low ports are free for everybody, or none is free";
    ASSERT_EQ(recorded.ended.status, 0) << recorded.ended.err;
    EXPECT_EQ(faults_of(recorded.trace), "");
    const nlohmann::json phases = json({"minimal", "--per", "phase", "--json", "run.cap"});
    EXPECT_EQ(phase(phases, "startup"), (Names{"CAP_NET_BIND_SERVICE", "CAP_SETGID", "CAP_SETUID"}));
    EXPECT_EQ(phase(phases, "after-drop"), Names{});

    const nlohmann::json whole = json({"--json", "run.cap"});
    EXPECT_EQ(rules(whole, "CAP_SETGID"), (Names{"decided", "setgroups-unchanged"}));
    EXPECT_EQ(whole.at("failures").size(), 0u);
    const nlohmann::json& given_up = whole.at("given_up");
    ASSERT_EQ(given_up.size(), 1u);
    EXPECT_EQ(given_up[0].at("capability"), "CAP_NET_BIND_SERVICE");
    EXPECT_EQ(given_up[0].at("rule"), "denied-lost-by-setid");
    EXPECT_EQ(given_up[0].at("errno"), "EACCES");
    EXPECT_EQ(given_up[0].at("object"), "127.0.0.1:899");
    EXPECT_EQ(given_up[0].at("phase"), "after-drop");

    // No set gives back a capability that the program itself gave up.
    const nlohmann::json missing = json({"minimal", "--per", "phase", "--json", "--include-missing", "run.cap"});
    EXPECT_EQ(phase(missing, "after-drop"), Names{});
    EXPECT_EQ(phase(missing, "startup"), phase(phases, "startup"));
}

TEST_F(Verdicts, CapsetAsksAlwaysButNeedsItToWidenOnly) {
    const std::string program = workload("change_inheritable");
    nlohmann::json found = report({program, "keep"});
    EXPECT_EQ(minimal(found), Names{"CAP_CHOWN"});  // adding it to the set takes having it
    EXPECT_EQ(rules(found, "CAP_CHOWN"), Names{"raised"});
    EXPECT_EQ(rules(found, "CAP_SETPCAP"), Names{"inheritable-not-widened"});
    found = report({program, "widen"});
    EXPECT_EQ(minimal(found), (Names{"CAP_SETPCAP", "CAP_SYS_BOOT"}));
    EXPECT_EQ(rules(found, "CAP_SETPCAP"), (Names{"decided", "inheritable-not-widened"}));
}

TEST_F(Verdicts, WhatAProgramWasToldToKeepBelongsToTheSet) {
    EXPECT_EQ(minimal(report({"/usr/sbin/capsh", "--caps=cap_sys_time=ep", "--", "-c", "true"})),
              Names{"CAP_SYS_TIME"});
    const nlohmann::json looks = report({"/usr/sbin/capsh", "--print"});
    EXPECT_EQ(minimal(looks), Names{});
    ASSERT_EQ(looks.at("lookers").size(), 1u);
    EXPECT_TRUE(looks.at("lookers")[0].at("image").get<std::string>().ends_with("/capsh"));
}

TEST_F(Verdicts, ARefusedCapsetSaysWhatWasMissing) {
    const nlohmann::json found =
        report({"/usr/sbin/capsh", "--inh=cap_chown", "--", "-c", "true"}, 1, {"-u", "nobody"});
    EXPECT_EQ(rules(found, "CAP_CHOWN"), Names{"denied-capset-inheritable"});
    // capsh wants CAP_SETPCAP in effect first, and goes on without
    std::set<Names> wanted;
    for (const nlohmann::json& failure : found.at("failures"))
        wanted.insert(failure.at("any_of").get<Names>());
    EXPECT_EQ(wanted, (std::set<Names>{{"CAP_SETPCAP"}, {"CAP_CHOWN", "CAP_SETPCAP"}}));
}

// The kernel looks, without a check, at the capabilities that the creator of the namespace held.
TEST_F(Verdicts, ARefusedMapOfAUserNamespaceSaysWhatWasMissing) {
    const std::vector<std::string> unshare = {"unshare", "-Ur", "true"};
    const std::vector<std::string> without = {"setpriv", "--bounding-set", "-setfcap", "--inh-caps", "-all"};
    const auto expect_explained = [&](const nlohmann::json& found, const char* rule) {
        EXPECT_TRUE(rules(found, "CAP_SETFCAP").contains(rule));
        EXPECT_FALSE(minimal(found).contains("CAP_SETFCAP")) << "it was not there";
        for (const nlohmann::json& other : found.at("refused_otherwise"))
            EXPECT_NE(other.at("syscall"), "write") << other;
        std::remove(trace_path().c_str());
    };
    Launch plan;
    plan.argv = without;
    plan.argv.insert(plan.argv.end(), {recorder(), "-o", trace_path(), "--"});
    plan.argv.insert(plan.argv.end(), unshare.begin(), unshare.end());
    plan.directory = directory();
    EXPECT_NE(run(plan).status, 0);
    const nlohmann::json never = json({"--json", "run.cap"});
    EXPECT_EQ(listed(never, "failures"), Names{"CAP_SETFCAP"});
    expect_explained(never, "denied-mapping-root");

    std::vector<std::string> dropped = without;
    dropped.insert(dropped.end(), unshare.begin(), unshare.end());
    const nlohmann::json given_up = report(dropped, 1);
    EXPECT_EQ(listed(given_up, "failures"), Names{});
    expect_explained(given_up, "denied-mapping-root-after-drop");

    EXPECT_EQ(minimal(report(unshare)), Names{"CAP_SETFCAP"});
}

// The capabilities that a file was opened with were needed then, whoever reads it later with less.
TEST_F(Verdicts, WhatAnOpenFileKeepsWasNeededWhenItWasOpened) {
    write("late.py", R"(import ctypes, os, sys
page = ctypes.create_string_buffer(8192)
page[5000] = b'x'
fd = os.open('/proc/self/pagemap', os.O_RDONLY)
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
os.lseek(fd, (ctypes.addressof(page) + 4096) // 4096 * 8, 0)
sys.exit(int.from_bytes(os.read(fd, 8), 'little') & (1 << 55) - 1 == 0)
)");
    ASSERT_EQ(record({"/usr/bin/python3", "late.py"}).ended.status, 0) << "it sees where the page is";
    const nlohmann::json phases = json({"minimal", "--per", "phase", "--json", "run.cap"});
    EXPECT_EQ(phase(phases, "startup"), (Names{"CAP_SETGID", "CAP_SETUID", "CAP_SYS_ADMIN"}));
    EXPECT_EQ(phase(phases, "after-drop"), Names{});
}

// The C library changes the ids of each thread, one after the other.
TEST_F(Verdicts, EveryThreadHasAStartOfItsOwn) {
    write("drop.py", R"(import os, threading
end = threading.Event()
threading.Thread(target=end.wait).start()
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
end.set()
)");
    ASSERT_EQ(record({"/usr/bin/python3", "drop.py"}).ended.status, 0);
    const nlohmann::json phases = json({"minimal", "--per", "phase", "--json", "run.cap"});
    EXPECT_EQ(phase(phases, "startup"), (Names{"CAP_SETGID", "CAP_SETUID"}));
    EXPECT_EQ(phase(phases, "after-drop"), Names{});
}

TEST_F(Verdicts, TheStartLastsUntilTheLastDrop) {
    write("drop.py", R"(import ctypes, os
ctypes.CDLL(None).prctl(24, 25, 0, 0, 0)  # PR_CAPBSET_DROP CAP_SYS_TIME
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
)");
    ASSERT_EQ(record({"/usr/bin/python3", "drop.py"}).ended.status, 0);
    const nlohmann::json phases = json({"minimal", "--per", "phase", "--json", "run.cap"});
    EXPECT_EQ(phase(phases, "startup"), (Names{"CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID"}));
    EXPECT_EQ(phase(phases, "after-drop"), Names{});
    ASSERT_EQ(phases.at("drops").size(), 2u);
    EXPECT_EQ(phases.at("drops")[0].at("syscall"), "prctl");
    EXPECT_EQ(phases.at("drops")[0].at("bounding").get<Names>(), Names{"CAP_SYS_TIME"});
    EXPECT_EQ(phases.at("drops")[1].at("syscall"), "setuid");
}

// Drops as named and avahi do: first the ids, then the capabilities that were kept for a while, each thread for itself.
TEST_F(Verdicts, TheStartLastsUntilTheLastDropOfEachThread) {
    write("drop.py", R"(import ctypes, os, socket, struct, threading
libc = ctypes.CDLL(None, use_errno=True)
def keep(*capabilities):  # of the calling thread
    mask = sum(1 << each for each in capabilities)
    if libc.capset(struct.pack("Ii", 0x20080522, 0), struct.pack("6I", mask, mask, 0, 0, 0, 0)) != 0:
        os._exit(1)
kept, end = threading.Event(), threading.Event()
def other():
    keep(6, 7, 10)
    kept.set()
    end.wait()
    keep(10)
    socket.socket().bind(("127.0.0.1", 801))
thread = threading.Thread(target=other)
thread.start()
kept.wait()
libc.prctl(8, 1, 0, 0, 0)  # PR_SET_KEEPCAPS
keep(6, 7, 10)
os.setgroups([])
os.setgid(65534)
keep(10)
socket.socket().bind(("127.0.0.1", 802))
end.set()
thread.join()
)");
    const Recorded recorded = record({"unshare", "-n", "sh", "-c", "ip link set lo up; exec python3 drop.py"});
    ASSERT_EQ(recorded.ended.status, 0) << recorded.ended.err;
    const nlohmann::json phases = json({"minimal", "--per", "phase", "--json", "run.cap"});
    EXPECT_EQ(phase(phases, "after-drop"), Names{"CAP_NET_BIND_SERVICE"});
    EXPECT_TRUE(phase(phases, "startup").contains("CAP_SETGID"));
    EXPECT_GE(phases.at("drops").size(), 2u);
}

TEST_F(Verdicts, LookUpsThatWereRefusedAreNoFailureWhereTheProgramWasFoundElsewhere) {
    ASSERT_EQ(mkdir(path("closed").c_str(), 0700), 0);
    write("run.sh", "PATH=$PWD/closed:$PATH\nhead -c0 /dev/null\nexit 3\n");
    EXPECT_EQ(listed(report({"sh", "run.sh"}, 3, {"-u", "nobody"}), "failures"), Names{});
    write("run.sh", "PATH=$PWD/closed:$PATH\nexec env head -c0 /dev/null nothing/there\n");
    EXPECT_EQ(listed(report({"sh", "run.sh"}, 1, {"-u", "nobody"}), "failures"), Names{});
    write("run.sh", "PATH=$PWD/closed:$PATH\nonly-there\nexit 3\n");
    EXPECT_NE(listed(report({"sh", "run.sh"}, 3, {"-u", "nobody"}), "failures"), Names{});
}

TEST_F(Verdicts, LookUpsThatWereRefusedAreNoFailureWhereTheRunEndedWell) {
    write("run.sh", "PATH=$PWD/closed:$PATH\ntrue_is=$(command -v head)\nexec head -c0 /dev/null\n");
    ASSERT_EQ(mkdir(path("closed").c_str(), 0700), 0);
    const nlohmann::json found = report({"sh", "run.sh"}, 0, {"-u", "nobody"});
    EXPECT_EQ(listed(found, "failures"), Names{});
    EXPECT_TRUE(rules(found, "CAP_DAC_READ_SEARCH").contains("denied-look-up"));
}

TEST_F(Verdicts, AnotherUserDoesNotLookIntoTheCallersHome) {
    const auto missing = [&](const std::vector<std::string>& command) {
        Launch plan = launch(command, {"-u", "nobody"});
        plan.environment = {"HOME=" + path("home"), "XDG_CONFIG_HOME=" + path("home")};
        plan.directory = path("home");
        const Recorded recorded = record(plan);
        EXPECT_EQ(recorded.ended.status, 0) << recorded.ended.err;
        return listed(json({"--json", "run.cap"}), "failures");
    };
    ASSERT_EQ(mkdir(path("home").c_str(), 0700), 0);
    write("home/.profile", "exit 1\n");
    EXPECT_EQ(missing({"python3", "-c", "1"}), Names{});
    EXPECT_EQ(missing({"curl", "-s", "file:///etc/hostname"}), Names{});
    EXPECT_EQ(missing({"bash", "-lc", "cd; true"}), Names{});
}

// The file's whole set is needed to execute it, by root and by others, used or not; tried with setpriv(1).
TEST_F(Verdicts, AFilesCapabilitiesAreNeededToExecuteIt) {
    const Names both = {"CAP_CHOWN", "CAP_NET_BIND_SERVICE"};
    const auto program = [&](const std::string& capabilities) {
        return report({"sh", "-c",
                       "cp /bin/true f && setcap '" + capabilities +
                           "' f && ./f && setpriv --reuid nobody "
                           "--clear-groups ./f"});
    };
    nlohmann::json found = report({"sh", "-c", "cp /bin/true f && setcap cap_chown,cap_net_bind_service=ep f"});
    Names around = minimal(found);  // the needs of cp and setcap
    found = report({"./f"});
    EXPECT_EQ(minimal(found), both);
    EXPECT_EQ(rules(found, "CAP_CHOWN"), Names{"file-capabilities"});
    found = report({"./f"}, 0, {"-u", "nobody"});
    EXPECT_EQ(minimal(found), both);
    found = report({"setpriv", "--no-new-privs", "./f"});
    EXPECT_EQ(minimal(found), both);
    for (const char* without_need : {"cap_chown,cap_net_bind_service=p", "cap_chown,cap_net_bind_service=ei"}) {
        found = program(without_need);
        EXPECT_EQ(rules(found, "CAP_NET_BIND_SERVICE"), Names{}) << without_need;
    }
    EXPECT_FALSE(around.contains("CAP_NET_BIND_SERVICE"));
    // it was changed before the recorder looked: the credential of an ordinary user tells
    write("gone.sh",
          "cp /bin/true g; setcap cap_net_bind_service=ep g\n"
          "setpriv --reuid nobody --clear-groups sh -c './g'; rm g\n");
    found = report({"sh", "gone.sh"});
    EXPECT_EQ(rules(found, "CAP_NET_BIND_SERVICE"), Names{"file-capabilities"});
}

// Report, why and check name the missing capability; with it, the file can be executed.
TEST_F(Verdicts, AFileThatCannotBeExecutedForItsCapabilities) {
    const Ended made = run({{"sh", "-c", "cp /bin/true f && setcap cap_chown,cap_net_bind_service=ep f && cp f g"},
                            directory(),
                            {},
                            {},
                            -1,
                            false});
    ASSERT_EQ(made.status, 0) << made.err;
    for (const std::string& command : {std::string("./f"), path("f")}) {
        Launch plan = launch({"sh", "-c", command + "; exit $?"});
        plan.prepare = [] { prctl(PR_CAPBSET_DROP, 10, 0, 0, 0); };  // CAP_NET_BIND_SERVICE
        const Recorded recorded = record(plan);
        ASSERT_EQ(recorded.ended.status, 126) << recorded.ended.err;
        const nlohmann::json found = json({"--json", "report", "run.cap"});
        EXPECT_EQ(listed(found, "failures"), Names{"CAP_NET_BIND_SERVICE"});
        EXPECT_EQ(rules(found, "CAP_NET_BIND_SERVICE"), Names{"denied-file-capabilities"});
        EXPECT_EQ(rules(found, "CAP_CHOWN"), Names{});
        const Ended why = capanalyze({"why", "run.cap", "net_bind_service"});
        EXPECT_NE(why.out.find("a capability of the file"), std::string::npos) << why.out;
        write("policy", "allow * none\n");
        const Ended checked = capanalyze({"check", "run.cap", "--policy", "policy"});
        EXPECT_EQ(checked.status, 1);
        EXPECT_NE(checked.out.find("CAP_NET_BIND_SERVICE"), std::string::npos) << checked.out;
        ASSERT_EQ(capanalyze({"merge", "-o", "sum.cap", "run.cap"}).status, 0);
        const nlohmann::json sum = json({"--json", "report", "sum.cap"});
        EXPECT_EQ(listed(sum, "failures"), listed(found, "failures"));
        EXPECT_EQ(rules(sum, "CAP_NET_BIND_SERVICE"), rules(found, "CAP_NET_BIND_SERVICE"));
        EXPECT_EQ(sum.at("program_files").size(), found.at("program_files").size());
    }
}

TEST_F(Verdicts, ReadingHasAnAlternativeAndWritingHasNone) {
    write_for(nobody, nobody, "secret", 0);
    const Names pair = {"CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH"};
    nlohmann::json found = report({"cat", "secret"});
    EXPECT_EQ(minimal(found), Names{"CAP_DAC_READ_SEARCH"});
    EXPECT_EQ(clause(found, "CAP_DAC_READ_SEARCH"), pair);

    found = report({"sh", "-c", "echo x >> secret"});
    EXPECT_EQ(minimal(found), Names{"CAP_DAC_OVERRIDE"});
    EXPECT_EQ(clause(found, "CAP_DAC_OVERRIDE"), Names{"CAP_DAC_OVERRIDE"});

    // When recorded with the other capability, the same ones would do.
    found = report({"setpriv", "--bounding-set", "-dac_read_search", "cat", "secret"});
    EXPECT_EQ(clause(found, "CAP_DAC_READ_SEARCH"), pair);
    EXPECT_EQ(rules(found, "CAP_DAC_OVERRIDE"), Names{"one-of-several"});
    EXPECT_EQ(rules(found, "CAP_DAC_READ_SEARCH"), (Names{"denied-alternative-granted", "one-of-several"}));
    EXPECT_EQ(listed(found, "failures"), Names{});

    // With both at once, one capability does for both.
    found = report({"sh", "-c", "cat secret && echo x >> secret"});
    EXPECT_EQ(minimal(found), Names{"CAP_DAC_OVERRIDE"});
}

TEST_F(Verdicts, TheSetGroupIdBitDecides) {
    write_for(0, foreign_group, "file", 0644);
    nlohmann::json found = report({"chmod", "755", "file"});
    EXPECT_EQ(minimal(found), Names{});
    EXPECT_EQ(rules(found, "CAP_FSETID"), Names{"no-setgid-bit"});
    found = report({"chmod", "2755", "file"});
    EXPECT_EQ(minimal(found), Names{"CAP_FSETID"});
    EXPECT_EQ(rules(found, "CAP_FSETID"), Names{"setgid-bit"});
}

TEST_F(Verdicts, AnIoWorkersDenialIsNoFailure) {
    write_for(0, 0, "secret", 0600);
    const Recorded recorded = record({workload("uring_async"), "secret"});
    if (recorded.ended.status == 77)
        GTEST_SKIP() << "no io_uring here";
    const nlohmann::json found = json({"--json", "run.cap"});
    EXPECT_EQ(rules(found, "CAP_DAC_OVERRIDE"), Names{"denied-io-uring"});
    EXPECT_TRUE(listed(found, "tolerated").contains("CAP_DAC_OVERRIDE"));
    EXPECT_EQ(listed(found, "failures"), Names{});
    EXPECT_EQ(listed(found, "given_up"), Names{"CAP_SYS_NICE"});  // given up by the program itself
    EXPECT_FALSE(minimal(found).contains("CAP_DAC_OVERRIDE"));
}

TEST_F(Verdicts, InsideItsOwnUserNamespaceItNeedsNothing) {
    const std::vector<std::string> command = {"unshare", "--user", "--uts", "--map-root-user", "hostname", "other"};
    const Recorded recorded = record(command, {"-u", "nobody"});
    if (recorded.ended.status != 0)
        GTEST_SKIP() << "no user namespaces for nobody: " << recorded.ended.err;
    const nlohmann::json found = json({"--json", "run.cap"});
    EXPECT_EQ(minimal(found), Names{});
    EXPECT_TRUE(rules(found, "CAP_SYS_ADMIN").contains("own-namespace"));
    EXPECT_EQ(listed(found, "failures"), Names{});
}

// An engine takes one capability after the other out of the bounding set.  Though that set is smaller by then, the
// engine's own checks are no needs of the programs that it starts.
TEST_F(Verdicts, WhatAnEngineAsksForItselfIsNotOfWhatItStarts) {
    const Recorded recorded = record({"unshare", "-Ur", "setpriv", "--bounding-set", "-sys_time,-sys_boot,-sys_chroot",
                                      "--inh-caps", "-all", "true"},
                                     {"-u", "nobody"});
    if (recorded.ended.status != 0)
        GTEST_SKIP() << "no user namespaces for nobody: " << recorded.ended.err;
    EXPECT_EQ(capanalyze({"merge", "-o", "sum.cap", "run.cap"}).status, 0);
    for (const std::string trace : {"run.cap", "sum.cap"}) {
        EXPECT_EQ(json({"--json", trace}).at("inside").at("chosen_by_somebody"), false) << trace;
        EXPECT_EQ(capanalyze({"minimal", "--format", "docker", trace}).out.find("--cap-add"), std::string::npos);
    }
}

// ... but the needs in there are told, too: an engine that chooses the set can meet them.
TEST_F(Verdicts, InsideItsOwnUserNamespaceItsSetIsAnother) {
    const std::vector<std::string> start = {"unshare", "--user", "--uts", "--map-root-user"};
    const auto with = [&](std::vector<std::string> more) {
        more.insert(more.begin(), start.begin(), start.end());
        return more;
    };
    const Recorded recorded = record(with({"hostname", "other"}), {"-u", "nobody"});
    if (recorded.ended.status != 0)
        GTEST_SKIP() << "no user namespaces for nobody: " << recorded.ended.err;
    const nlohmann::json given = json({"--json", "run.cap"});
    EXPECT_EQ(given.at("inside").at("capabilities").get<Names>(), Names{"CAP_SYS_ADMIN"});
    EXPECT_EQ(given.at("inside").at("missing"), nlohmann::json::array());
    EXPECT_EQ(given.at("inside").at("chosen_by_somebody"), false);

    std::remove(trace_path().c_str());
    const Recorded refused = record(with({"setpriv", "--bounding-set", "-sys_chroot", "--inh-caps", "-sys_chroot",
                                          "/usr/sbin/chroot", "/", "true"}),
                                    {"-u", "nobody"});
    EXPECT_NE(refused.ended.status, 0) << "it is what chroot(2) needs";
    EXPECT_EQ(capanalyze({"merge", "-o", "sum.cap", "run.cap"}).status, 0);
    for (const std::string trace : {"run.cap", "sum.cap"}) {
        const nlohmann::json found = json({"--json", trace});
        EXPECT_EQ(minimal(found), Names{});
        EXPECT_EQ(listed(found, "failures"), Names{});
        EXPECT_EQ(found.at("inside").at("missing").get<Names>(), Names{"CAP_SYS_CHROOT"});
        EXPECT_EQ(found.at("inside").at("chosen_by_somebody"), true);
        const std::string text = capanalyze({"report", trace}).out;
        EXPECT_NE(text.find("Inside its own user namespace:"), std::string::npos) << text;
        EXPECT_NE(capanalyze({"why", trace, "sys_chroot"}).out.find("Inside its own user namespace: missing"),
                  std::string::npos);
        EXPECT_NE(
            capanalyze({"minimal", "--format", "docker", "--include-missing", trace}).out.find("--cap-add=SYS_CHROOT"),
            std::string::npos);
        EXPECT_EQ(capanalyze({"minimal", "--format", "systemd", trace}).out.find("\nCapabilityBoundingSet=CAP"),
                  std::string::npos);
        write("flags", "docker run --cap-drop=ALL --cap-add=SYS_CHROOT image\n");
        const Ended checked = capanalyze({"check", trace, "--policy", "flags"});
        EXPECT_NE(checked.out.find("SYS_CHROOT"), std::string::npos) << checked.out << checked.err;
    }
}

TEST_F(Verdicts, WhatAccessSaidYesToIsKeptAndMarked) {
    write_for(nobody, nobody, "secret", 0600);
    const nlohmann::json found =
        report({"python3", "-c", "import os, sys; sys.exit(not os.access('secret', os.R_OK | os.W_OK))"});
    EXPECT_EQ(verdict(found, "CAP_DAC_OVERRIDE"), "unclassified");
    EXPECT_TRUE(rules(found, "CAP_DAC_OVERRIDE").contains("access-answer"));
    EXPECT_EQ(minimal(found), Names{"CAP_DAC_OVERRIDE"});
}

TEST_F(Verdicts, ARequestOfNetlinkIsJudgedByItsAnswer) {
    const nlohmann::json found = report({workload("netlink_requests")});
    EXPECT_EQ(minimal(found), Names{"CAP_NET_ADMIN"});
    EXPECT_EQ(rules(found, "CAP_NET_ADMIN"), (Names{"decided", "granted-then-failed-in-answer", "names-nothing"}));
}

TEST_F(Verdicts, WhatNobodyLacks) {
    write_for(nobody, foreign_group, "own", 0644);
    write_for(0, 0, "secret", 0600);
    const nlohmann::json found =
        report({"sh", "-c", "chown daemon own; cat secret; chmod 2755 own; true"}, 0, {"-u", "nobody"});
    EXPECT_EQ(minimal(found), Names{});
    EXPECT_EQ(verdict(found, "CAP_CHOWN"), "missing");
    EXPECT_EQ(verdict(found, "CAP_FSETID"), "missing");  // the bit is gone, though chmod succeeded
    EXPECT_EQ(verdict(found, "CAP_DAC_OVERRIDE"), "missing");
    const Names failures = listed(found, "failures");
    for (const char* name : {"CAP_CHOWN", "CAP_FSETID"})
        EXPECT_TRUE(failures.contains(name)) << name;
    const nlohmann::json all = json({"minimal", "--json", "--include-missing", "run.cap"});
    EXPECT_EQ(minimal(all), (Names{"CAP_CHOWN", "CAP_DAC_READ_SEARCH", "CAP_FSETID"}));
    EXPECT_EQ(clause(all, "CAP_DAC_READ_SEARCH"), (Names{"CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH"}));
}

TEST_F(Verdicts, WhatNobodyDoesWithout) {
    write_for(nobody, foreign_group, "own", 0644);
    const nlohmann::json found = report({"chmod", "755", "own"}, 0, {"-u", "nobody"});
    EXPECT_EQ(verdict(found, "CAP_FSETID"), "not_needed");
    EXPECT_EQ(listed(found, "failures"), Names{});
    EXPECT_EQ(json({"minimal", "--json", "--include-missing", "run.cap"}).at("minimal").at("capabilities").size(), 0u);
}

}  // namespace
}  // namespace caprec
