// SPDX-License-Identifier: Apache-2.0
// The hook of the kernel that sees the checks, and the messages on hooks that do not.
#include "recorder/hooks.h"

#include "tests/live/live_test.h"

namespace caprec {
namespace {

class Hooks : public LiveTest {
protected:
    Ended run_with(const std::vector<std::string>& options) const {
        Launch plan;
        plan.argv = {recorder()};
        plan.argv.insert(plan.argv.end(), options.begin(), options.end());
        for (const char* word : {"-o", "run.cap", "--", "touch", "ran"})
            plan.argv.emplace_back(word);
        plan.directory = directory();
        return run(plan);
    }
};

// A hook that is asked for by name is used or refused, with the kernel's answer, and no other one takes its place.
TEST_F(Hooks, OneThatIsAskedForIsUsedOrRefused) {
    unsigned used = 0;
    for (const CheckHook& hook : check_hooks()) {
        unlink(path("ran").c_str());
        const Ended ended = run_with({"-v", "--hook", hook.word});
        if (ended.status == 125) {
            EXPECT_NE(ended.err.find(std::string(hook.name) + " (" + hook.needs + "): "), std::string::npos)
                << ended.err;
            for (const CheckHook& other : check_hooks())
                if (&other != &hook)
                    EXPECT_EQ(ended.err.find(std::string(other.name) + " ("), std::string::npos) << ended.err;
            EXPECT_NE(access(path("ran").c_str(), F_OK), 0) << "the command ran without being recorded";
            continue;
        }
        ++used;
        EXPECT_EQ(ended.status, 0) << ended.err;
        EXPECT_NE(ended.err.find(std::string("caprec: hook ") + hook.name), std::string::npos) << ended.err;
        // otherwise starting would take longer, and nobody would notice
        EXPECT_NE(ended.err.find(hook.kind == HookKind::tracepoint ? "relocated by the kernel" : "relocated by libbpf"),
                  std::string::npos)
            << ended.err;
        const Trace trace = Trace::read(trace_path());
        EXPECT_EQ(faults_of(trace), "");
        EXPECT_EQ(trace.header.hook, hook.kind);
        EXPECT_EQ(trace.header.hook_has_options, hook.has_options);
        EXPECT_TRUE(trace.header.refused_hooks.empty());
        EXPECT_FALSE(trace.checks.empty());
    }
    EXPECT_GE(used, 1u);
}

TEST_F(Hooks, WhatWasRefusedBeforeStandsInTheTrace) {
    const Ended ended = run_with({"-v"});
    ASSERT_EQ(ended.status, 0) << ended.err;
    const Trace trace = Trace::read(trace_path());
    std::size_t place = 0;
    while (place < check_hooks().size() && check_hooks()[place].kind != trace.header.hook)
        ++place;
    ASSERT_EQ(trace.header.refused_hooks.size(), place);
    for (std::size_t at = 0; at < place; ++at) {
        EXPECT_TRUE(trace.header.refused_hooks[at].starts_with(check_hooks()[at].name))
            << trace.header.refused_hooks[at];
        EXPECT_NE(ended.err.find("not used: " + trace.header.refused_hooks[at]), std::string::npos) << ended.err;
    }
}

TEST_F(Hooks, AnUnknownOneIsAnError) {
    const Ended ended = run_with({"--hook", "lsm"});
    EXPECT_EQ(ended.status, 125);
    EXPECT_NE(ended.err.find("--hook takes one of tracepoint, fexit, kprobe, not 'lsm'"), std::string::npos)
        << ended.err;
}

}  // namespace
}  // namespace caprec
