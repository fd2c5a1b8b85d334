// SPDX-License-Identifier: Apache-2.0
//
// What the analyzer makes of what the recorder saw on this kernel: which capabilities a workload needs, and when.
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
        for (const nlohmann::json& part : document.at("parts")) {
            if (part.at("phase") == name)
                return part.at("capabilities").get<Names>();
        }
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
    const nlohmann::json& failures = whole.at("failures");
    ASSERT_EQ(failures.size(), 1u);
    EXPECT_EQ(failures[0].at("capability"), "CAP_NET_BIND_SERVICE");
    EXPECT_EQ(failures[0].at("errno"), "EACCES");
    EXPECT_EQ(failures[0].at("object"), "127.0.0.1:899");
    EXPECT_EQ(failures[0].at("phase"), "after-drop");

    // What was denied after the drop is for those who ask for it, and for that phase only.
    const nlohmann::json missing = json({"minimal", "--per", "phase", "--json", "--include-missing", "run.cap"});
    EXPECT_EQ(phase(missing, "after-drop"), Names{"CAP_NET_BIND_SERVICE"});
    EXPECT_EQ(phase(missing, "startup"), phase(phases, "startup"));
}

TEST_F(Verdicts, CapsetAsksAlwaysButNeedsItToWidenOnly) {
    const std::string program = workload("change_inheritable");
    nlohmann::json found = report({program, "keep"});
    EXPECT_EQ(minimal(found), Names{"CAP_CHOWN"});  // to add it to the set one must have it
    EXPECT_EQ(rules(found, "CAP_CHOWN"), Names{"raised"});
    EXPECT_EQ(rules(found, "CAP_SETPCAP"), Names{"inheritable-not-widened"});
    found = report({program, "widen"});
    EXPECT_EQ(minimal(found), (Names{"CAP_SETPCAP", "CAP_SYS_BOOT"}));
    EXPECT_EQ(rules(found, "CAP_SETPCAP"), (Names{"decided", "inheritable-not-widened"}));
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

    // Recorded with the other one: what would do is the same.
    found = report({"setpriv", "--bounding-set", "-dac_read_search", "cat", "secret"});
    EXPECT_EQ(clause(found, "CAP_DAC_READ_SEARCH"), pair);
    EXPECT_EQ(rules(found, "CAP_DAC_OVERRIDE"), Names{"one-of-several"});
    EXPECT_EQ(rules(found, "CAP_DAC_READ_SEARCH"), Names{"denied-alternative-granted"});
    EXPECT_EQ(listed(found, "failures"), Names{});

    // Both at once: one capability does both.
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
    EXPECT_EQ(listed(found, "failures"), Names{"CAP_SYS_NICE"});  // that of the program itself
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

TEST_F(Verdicts, WhatAccessSaidYesToIsKeptAndMarked) {
    write_for(nobody, nobody, "secret", 0600);
    const nlohmann::json found =
        report({"python3", "-c", "import os, sys; sys.exit(not os.access('secret', os.R_OK | os.W_OK))"});
    EXPECT_EQ(verdict(found, "CAP_DAC_OVERRIDE"), "unclassified");
    EXPECT_TRUE(rules(found, "CAP_DAC_OVERRIDE").contains("access-answer"));
    EXPECT_EQ(minimal(found), Names{"CAP_DAC_OVERRIDE"});
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
