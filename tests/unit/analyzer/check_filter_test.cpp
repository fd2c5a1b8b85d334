// SPDX-License-Identifier: Apache-2.0
#include "analyzer/follow/check_filter.h"

#include <gtest/gtest.h>

#include "analyzer/cgroups/container_names.h"
#include "analyzer/emit/notes/format_input.h"
#include "schema/capability_numbers.h"
#include "schema/error.h"
#include "tests/support/machine_trace.h"
#include "tests/support/merged_traces.h"
#include "tests/unit/analyzer/trace_text.h"

namespace caprec {
namespace {

Analysis filtered(const Bytes& trace, const CheckFilter& filter, const ContainerNames& names = {}) {
    ReadOptions options;
    options.filter = &filter;
    options.names = &names;
    return analyze_bytes(trace, options);
}

CheckFilter filter_for(void (*fill)(CheckChoice&)) {
    CheckChoice choice;
    fill(choice);
    choice.words = {"--test"};
    return CheckFilter(choice);
}

ContainerNames machine_names() {
    ContainerNames names;
    names.read(docker_names());
    names.read(pod_names());
    return names;
}

struct FilterCase {
    const char* name;
    void (*fill)(CheckChoice&);
    std::uint64_t checks, processes;
    CapabilitySet set;
};

const FilterCase filter_cases[] = {
    {"unit", [](CheckChoice& c) { c.units = {"ssh.service"}; }, 4, 2, CapabilitySet::of({cap_chown, cap_sys_nice})},
    {"unit of a user", [](CheckChoice& c) { c.units = {"foot.service"}; }, 1, 1, CapabilitySet::of({cap_sys_nice})},
    {"pattern", [](CheckChoice& c) { c.units = {"docker*"}; }, 5, 4,
     CapabilitySet::of({cap_chown, cap_sys_nice, cap_net_bind_service})},
    {"container", [](CheckChoice& c) { c.containers = {"web"}; }, 3, 2,
     CapabilitySet::of({cap_chown, cap_sys_nice, cap_net_bind_service})},
    {"beginning of an id", [](CheckChoice& c) { c.containers = {web_id.substr(0, 12)}; }, 3, 2,
     CapabilitySet::of({cap_chown, cap_sys_nice, cap_net_bind_service})},
    {"name in a pod", [](CheckChoice& c) { c.containers = {"coredns"}; }, 1, 1, CapabilitySet()},
    {"image", [](CheckChoice& c) { c.images = {"pidof"}; }, 1, 1, CapabilitySet::of({cap_sys_nice})},
    {"pid", [](CheckChoice& c) { c.pids = {1004}; }, 2, 1, CapabilitySet::of({cap_chown, cap_net_bind_service})},
    {"comm", [](CheckChoice& c) { c.comms = {"post*"}; }, 1, 1, CapabilitySet::of({cap_chown})},
    {"user", [](CheckChoice& c) { c.users = {1001}; }, 1, 2, CapabilitySet::of({cap_chown})},
    {"capability", [](CheckChoice& c) { c.capabilities = CapabilitySet::of({cap_net_bind_service}); }, 2, 2,
     CapabilitySet::of({cap_net_bind_service})},
    {"verdict", [](CheckChoice& c) { c.verdicts = {Verdict::missing}; }, 1, 7, CapabilitySet()},
    {"answer", [](CheckChoice& c) { c.granted = false; }, 1, 1, CapabilitySet()},
    {"several", [](CheckChoice& c) { c.containers = {"web"}, c.images = {"nginx"}; }, 2, 1,
     CapabilitySet::of({cap_chown, cap_net_bind_service})},
    {"nothing", [](CheckChoice& c) { c.units = {"none.service"}; }, 0, 0, CapabilitySet()},
};

TEST(CheckFilter, SelectsWhatTheAnswerIsAbout) {
    const ContainerNames names = machine_names();
    for (const FilterCase& each : filter_cases) {
        const Analysis analysis = filtered(machine_trace(), filter_for(each.fill), names);
        ASSERT_TRUE(analysis.run.filter) << each.name;
        EXPECT_EQ(analysis.run.filter->checks, each.checks) << each.name;
        EXPECT_EQ(analysis.run.filter->all_checks, 12u) << each.name;
        EXPECT_EQ(analysis.run.filter->processes, each.processes) << each.name;
        EXPECT_EQ(analysis.run.filter->all_processes, 9u) << each.name;
        EXPECT_EQ(analysis.processes.size(), each.processes) << each.name;
        EXPECT_EQ(analysis.minimal.capabilities, each.set) << each.name;
    }
}

// A filter chooses among answers; it changes none.
TEST(CheckFilter, VerdictsStay) {
    for (unsigned seed = 1; seed <= 40; ++seed) {
        const Bytes run = any_run(seed);
        const Analysis all = analyze_bytes(run);
        for (const CapabilityFinding& finding : all.capabilities) {
            CheckChoice choice;
            choice.capabilities = CapabilitySet::of({finding.capability});
            choice.words = {"--cap"};
            const Analysis one = filtered(run, CheckFilter(choice));
            const CapabilityFinding* found = find_finding(one, finding.capability);
            if (found == nullptr)  // only others were asked for, in whose place it is in the set
                continue;
            EXPECT_EQ(found->granted, finding.granted) << seed;
            EXPECT_EQ(found->denied, finding.denied) << seed;
        }
    }
}

TEST(CheckFilter, OfEverythingSaysTheSame) {
    const CheckFilter all = filter_for([](CheckChoice& c) { c.images = {"*"}; });
    const Analysis one = filtered(machine_trace(), all), other = analyze_bytes(machine_trace());
    EXPECT_EQ(one.minimal.capabilities, other.minimal.capabilities);
    EXPECT_EQ(one.images, other.images);
    EXPECT_EQ(one.run.filter->checks, one.run.filter->all_checks);
}

TEST(CheckFilter, AMergedTraceHasNoProcesses) {
    const Bytes merged = merge_traces(std::vector<Bytes>{machine_trace()});
    EXPECT_THROW(filtered(merged, filter_for([](CheckChoice& c) { c.pids = {1004}; })), Error);
    EXPECT_THROW(filtered(merged, filter_for([](CheckChoice& c) { c.comms = {"sh"}; })), Error);
    const Analysis ssh = filtered(merged, filter_for([](CheckChoice& c) { c.units = {"ssh.service"}; }));
    EXPECT_EQ(ssh.minimal.capabilities, CapabilitySet::of({cap_chown, cap_sys_nice}));
    EXPECT_EQ(ssh.run.filter->checks, 4u);
}

std::vector<std::string> sets_of(const Bytes& trace, Split split) {
    const ContainerNames names = machine_names();
    ReadOptions options;
    options.names = &names;
    options.by_keeper = split != Split::user;
    options.by_user = split == Split::user;
    const Analysis analysis = analyze_bytes(trace, options);
    std::vector<std::string> sets;
    for (const Part& part : parts_of(analysis, split, false)) {
        std::string text = (split == Split::container ? container_label(part.keeper) : part.name) + ':';
        for (const unsigned number : part.set.capabilities.members())
            text += ' ' + capability_name(number);
        sets.push_back(text);
    }
    std::ranges::sort(sets);
    return sets;
}

const std::vector<std::string> sets_by_container = {
    "7f4e22222222: CAP_CHOWN", ": CAP_CHOWN CAP_SYS_NICE",
    "kube-system/dns-1/coredns:", "web: CAP_CHOWN CAP_NET_BIND_SERVICE CAP_SYS_NICE"};
const std::vector<std::string> sets_by_user = {"0: CAP_CHOWN CAP_NET_BIND_SERVICE CAP_SYS_NICE",
                                               "1000:", "1001: CAP_CHOWN"};

TEST(Parts, EachUnitContainerAndUserHasItsSet) {
    const std::vector<std::string> units = sets_of(machine_trace(), Split::unit);
    EXPECT_NE(std::ranges::find(units, "ssh.service: CAP_CHOWN CAP_SYS_NICE"), units.end());
    EXPECT_NE(std::ranges::find(units, "session-3.scope: CAP_SYS_NICE"), units.end());
    EXPECT_NE(std::ranges::find(units, "docker.service: CAP_CHOWN"), units.end());
    EXPECT_NE(std::ranges::find(units, "init.scope:"), units.end());
    EXPECT_EQ(units.size(), 8u);
    EXPECT_EQ(sets_of(machine_trace(), Split::container), sets_by_container);
    EXPECT_EQ(sets_of(machine_trace(), Split::user), sets_by_user);
}

// What was merged says the same; only what asked for nothing is not in it.
TEST(Parts, OfAMergedTraceAreTheSame) {
    const Bytes merged = merge_traces(std::vector<Bytes>{machine_trace()}),
                again = merge_traces(std::vector<Bytes>{merged, machine_trace()});
    EXPECT_EQ(merged, again);
    EXPECT_EQ(sets_of(merged, Split::container), sets_by_container);
    EXPECT_EQ(sets_of(merged, Split::user), sets_by_user);
    const std::vector<std::string> units = sets_of(merged, Split::unit);
    EXPECT_NE(std::ranges::find(units, "ssh.service: CAP_CHOWN CAP_SYS_NICE"), units.end());
    EXPECT_EQ(std::ranges::find(units, "init.scope:"), units.end());
    EXPECT_EQ(analyze_bytes(merged).minimal.capabilities, analyze_bytes(machine_trace()).minimal.capabilities);
}

struct NamesCase {
    std::string text, id, name;
};

TEST(ContainerNames, EachToolIsKnownByWhatItPrints) {
    const std::string hash_of_web = web_id, short_id = web_id.substr(0, 12);
    const NamesCase cases[] = {
        {docker_names(), hash_of_web, "web"},
        {R"([{"Id": ")" + hash_of_web + R"(", "Name": "web", "Pod": ""}])", hash_of_web, "web"},
        {R"({"status": {"id": ")" + hash_of_web +
             R"(", "metadata": {"name": "app"}, "labels": {"io.kubernetes.pod.name": "p-1",)"
             R"( "io.kubernetes.pod.namespace": "default"}}, "info": {}})",
         hash_of_web, "default/p-1/app"},
        {pod_names(), pod_id, "kube-system/dns-1/coredns"},
        {R"([{"Id": ")" + short_id + R"(", "Name": "/web"}])", hash_of_web, "web"},
        {docker_names(), database_id, ""},
        {"[]", hash_of_web, ""},
        {R"([{"Id": "7f4e", "Name": "/tooshort"}])", hash_of_web, ""},
        {R"([{"Id": 5, "Name": "x", "status": {}}])", hash_of_web, ""},
        {R"({"kind": "List", "items": [{"kind": "Pod", "status": {"containerStatuses": null}}]})", hash_of_web, ""},
    };
    for (const NamesCase& each : cases) {
        ContainerNames names;
        names.read(each.text);
        EXPECT_EQ(names.name_of(each.id), each.name) << each.text;
    }
}

TEST(ContainerNames, OtherFilesAreRefused) {
    for (const std::string& text :
         {std::string(), std::string("{"), std::string("7"), std::string("[1]"), std::string("{\"a\": 1}"),
          std::string("[{\"Name\": \"x\"}]"), std::string(100'000, '['), std::string("\"x\"")}) {
        ContainerNames names;
        EXPECT_THROW(names.read(text), Error) << text.substr(0, 40);
    }
}

}  // namespace
}  // namespace caprec
