// SPDX-License-Identifier: Apache-2.0
//
// Recordings of kinds: they are small, and the answers are those of all checks.
#include <sys/stat.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <map>

#include "tests/live/analyzed.h"

namespace caprec {
namespace {

class Unique : public AnalyzedTest {
protected:
    // Several programs, again and again, as root and as nobody.
    void SetUp() override {
        AnalyzedTest::SetUp();
        write("job",
              "i=0; while [ $i -lt 30 ]; do i=$((i+1)); chown 1:1 f; chmod 600 f; nice -n -1 true; "
              "setpriv --reuid 65534 --clear-groups cat f 2>/dev/null; done; true");
        write("f", "");
    }

    // The numbers of the report: capability, verdict, granted, denied.
    static std::set<std::string> table(const nlohmann::json& report) {
        std::set<std::string> rows;
        for (const auto& each : report["capabilities"])
            rows.insert(each["name"].get<std::string>() + " " + each["verdict"].get<std::string>() + " " +
                        std::to_string(each["granted"].get<int>()) + " " + std::to_string(each["denied"].get<int>()));
        return rows;
    }
};

TEST_F(Unique, TheAnswersAreThoseOfAllChecks) {
    const nlohmann::json all = report({"sh", "job"});
    const auto bytes = std::filesystem::file_size(trace_path());
    std::filesystem::rename(trace_path(), path("all.cap"));
    const nlohmann::json kinds = report({"sh", "job"}, 0, {"--unique"});
    EXPECT_EQ(minimal(kinds), minimal(all));
    EXPECT_EQ(minimal(kinds), (Names{"CAP_CHOWN", "CAP_FOWNER", "CAP_SETGID", "CAP_SETUID", "CAP_SYS_NICE"}));
    EXPECT_EQ(table(kinds), table(all));
    EXPECT_EQ(kinds["trace"]["events"], all["trace"]["events"]);
    EXPECT_LT(std::filesystem::file_size(trace_path()), bytes / 2);
    const Ended changes = capanalyze({"diff", "all.cap", "run.cap"});
    EXPECT_EQ(changes.status, 0) << changes.out << changes.err;
    const Ended merged = capanalyze({"merge", "all.cap", "run.cap", "-o", "merged.cap"});
    EXPECT_EQ(merged.status, 0) << merged.err;
    EXPECT_EQ(capanalyze({"minimal", "merged.cap"}).out, capanalyze({"minimal", "all.cap"}).out);
}

TEST_F(Unique, ProcessesThatDoNothingNewAreNotWritten) {
    const Trace trace = sound({workload("many_programs"), "300", "/bin/true"}, {"--unique"});
    ASSERT_TRUE(trace.footer);
    EXPECT_GE(trace.footer->tasks_followed, 301u);
    EXPECT_LE(trace.tasks.size(), 5u);
    EXPECT_LE(trace.execs.size(), 5u);
    EXPECT_EQ(trace.footer->checks_made, trace.footer->checks_recorded + trace.footer->checks_counted);
    std::uint64_t counted = 0;
    for (const KindCount& count : trace.counts)
        counted += count.hits;
    EXPECT_EQ(counted, trace.footer->checks_made) << "all ended, and handed in what they counted";
}

// A check of a known kind in a call that ends in another way is told again, with how it ended.
TEST_F(Unique, AnOutcomeThatIsNew) {
    const Trace trace = sound({workload("later_outcome"), "50"}, {"--unique"});
    std::multiset<std::int64_t> outcomes;
    for (const CheckRow& check : trace.checks_of("CAP_SYS_ADMIN"))
        if (trace.syscall_of(check) == "sethostname")
            outcomes.insert(trace.outcome_of(check).value_or(1));
    EXPECT_EQ(outcomes, (std::multiset<std::int64_t>{-EFAULT, 0}));
    const nlohmann::json told = json({"report", "--json", "run.cap"});
    std::map<std::string, int> counts;
    for (const auto& each : told["capabilities"])
        for (const auto& reason : each["reasons"])
            if (reason["syscall"] == "sethostname")
                counts[reason["errno"].is_null() ? "ok" : reason["errno"].get<std::string>()] +=
                    reason["count"].get<int>();
    EXPECT_EQ(counts, (std::map<std::string, int>{{"EFAULT", 50}, {"ok", 50}}));
}

TEST_F(Unique, KindsBeyondTheTableAreCounted) {
    const Recorded recorded =
        record({workload("fill_tables"), "credentials", "100000"}, {"--unique", "--user-stacks", "none"});
    EXPECT_EQ(recorded.ended.status, 0) << recorded.ended.err;
    ASSERT_TRUE(recorded.trace.footer);
    EXPECT_GT(recorded.trace.footer->losses.first_seen, 30'000u);
    EXPECT_NE(recorded.ended.err.find("INCOMPLETE"), std::string::npos) << recorded.ended.err;
    EXPECT_EQ(capanalyze({"minimal", "run.cap"}).status, 2);
    EXPECT_GT(recorded.trace.checks_of("CAP_SETGID").size(), 30'000u) << "the first ones are there";
}

// What was new a second ago is in the file, whatever ends the recorder.
TEST_F(Unique, KilledWithoutWarning) {
    write("forever", "while :; do chown 1:1 f; echo round; sleep 0.01; done");
    Child recorder(launch({"sh", "forever"}, {"--unique"}));
    ASSERT_TRUE(recorder.wait_for_output("round", 3));
    ASSERT_TRUE(eventually([&] {
        return capanalyze({"minimal", "--allow-incomplete", "run.cap"}).out.find("CAP_CHOWN") != std::string::npos;
    }));
    recorder.signal(SIGKILL);
    (void)recorder.wait();
    const Ended answer = capanalyze({"report", "run.cap"});
    EXPECT_EQ(answer.status, 0) << answer.err;
    EXPECT_NE(answer.out.find("INCOMPLETE"), std::string::npos);
    EXPECT_NE(answer.out.find("CAP_CHOWN"), std::string::npos);
}

TEST_F(Unique, EveryCheckAndEachKindOnceExcludeEachOther) {
    const Ended ended = run(launch({"true"}, {"--unique", "--stacks"}));
    EXPECT_EQ(ended.status, 125);
    EXPECT_NE(ended.err.find("only one of them"), std::string::npos) << ended.err;
}

}  // namespace
}  // namespace caprec
