// SPDX-License-Identifier: Apache-2.0
// The hook of the kernel that sees the checks, and the messages on hooks that do not.
#include "recorder/hooks.h"

#include <algorithm>

#include "recorder/program_variant.h"

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
        const bool is_light = hook.kind == HookKind::tracepoint && !hook.by_events;
        EXPECT_NE(ended.err.find(is_light ? "relocated by the kernel" : "relocated by libbpf"), std::string::npos)
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
    const auto& used = trace.header.attached_programs;
    std::size_t place = 0;
    for (const CheckHook& hook : check_hooks()) {
        if (std::find(used.begin(), used.end(), hook.name) != used.end() || hook.kind == HookKind::kprobe)
            break;
        if (hook.by_events && !program_variant().preempts_programs)
            continue;
        ASSERT_LT(place, trace.header.refused_hooks.size());
        const std::string& refused = trace.header.refused_hooks[place++];
        EXPECT_TRUE(refused.starts_with(hook.name)) << refused;
        EXPECT_NE(ended.err.find("not used: " + refused), std::string::npos) << ended.err;
    }
    EXPECT_EQ(trace.header.refused_hooks.size(), place);
}

TEST_F(Hooks, AnUnknownOneIsAnError) {
    const Ended ended = run_with({"--hook", "lsm"});
    EXPECT_EQ(ended.status, 125);
    EXPECT_NE(ended.err.find("--hook takes one of event, tracepoint, fexit, kprobe, not 'lsm'"), std::string::npos)
        << ended.err;
}

}  // namespace
}  // namespace caprec
