// SPDX-License-Identifier: Apache-2.0
#include "tests/golden/sample_formats.h"

#include <algorithm>
#include <cerrno>
#include <sstream>
#include <utility>

#include "schema/capability_numbers.h"
#include "tests/golden/sample_analysis.h"

namespace caprec {
namespace {

MinimalSet minimal_of(const std::vector<unsigned>& numbers) {
    MinimalSet set;
    for (const unsigned number : numbers) {
        set.capabilities.insert(number);
        set.clauses.push_back({.any_of = {number}, .chosen = number});
    }
    return set;
}

CapabilityFinding finding(unsigned capability, Verdict verdict, const char* syscall, const char* object) {
    CapabilityFinding result;
    result.capability = capability;
    result.verdict = verdict;
    const bool denied = verdict == Verdict::missing;
    (denied ? result.denied : result.granted) = 1;
    Reason reason;
    reason.capability = capability;
    reason.verdict = verdict;
    reason.granted = !denied;
    reason.count = 1;
    reason.image = "/usr/sbin/server";
    reason.comm = "server";
    reason.process = 1;
    reason.syscall = syscall;
    reason.object = object;
    if (denied)
        reason.error = EPERM;
    result.reasons = {reason};
    return result;
}

Need need(const std::vector<unsigned>& any_of, bool missing) {
    return {.any_of = minimal_of(any_of).capabilities, .missing = missing, .image = "/usr/sbin/server"};
}

Analysis server() {
    Analysis analysis = empty_analysis();
    analysis.run.header.command = {"server", "--greeting", "it's here"};
    Process& process = analysis.processes[0];
    process.image = "/usr/sbin/server";
    process.comm = "server";
    process.argv = analysis.run.header.command;
    return analysis;
}

}  // namespace

FormatSample whole_run(Analysis analysis) {
    FormatSample sample;
    sample.parts = {{"", analysis.minimal}};
    sample.analysis = std::move(analysis);
    return sample;
}

FormatSample incomplete_sample() {
    Analysis analysis = incomplete_analysis();
    analysis.needs = {need({cap_net_bind_service}, true)};
    return whole_run(std::move(analysis));
}

FormatSample unrun_sample() {
    Analysis analysis = empty_analysis();
    analysis.run.header.command = {"nosuch"};
    analysis.run.footer->target = {TargetStatus::Kind::not_executed, ENOENT};
    analysis.processes.clear();
    return whole_run(std::move(analysis));
}

FormatSample user_sample() {
    Analysis analysis = server();
    analysis.run.header.run_as_user = "www-data";
    analysis.run.header.run_as_uid = 33;
    analysis.capabilities = {finding(cap_net_bind_service, Verdict::required, "bind", "0.0.0.0:80"),
                             finding(cap_sys_resource, Verdict::missing, "setrlimit", "")};
    analysis.needs = {need({cap_net_bind_service}, false), need({cap_sys_admin, cap_sys_resource}, true)};
    analysis.minimal = minimal_of({cap_net_bind_service});
    return whole_run(std::move(analysis));
}

FormatSample denied_sample() {
    FormatSample sample = user_sample();
    sample.analysis.capabilities.erase(sample.analysis.capabilities.begin());
    sample.analysis.minimal = {};
    sample.parts = {{"", {}}};
    return sample;
}

FormatSample missing_sample() {
    FormatSample sample = user_sample();
    sample.include_missing = true;
    sample.analysis.minimal = minimal_of({cap_net_bind_service, cap_sys_resource});
    sample.analysis.minimal.clauses[1].missing = true;
    sample.parts = {{"", sample.analysis.minimal, {minimal_of({cap_dac_override, cap_dac_read_search}).capabilities}}};
    return sample;
}

FormatSample root_service_sample() {
    Analysis analysis = server();
    analysis.capabilities = {finding(cap_setgid, Verdict::required, "setgroups", ""),
                             finding(cap_setuid, Verdict::required, "setuid", ""),
                             finding(cap_sys_admin, Verdict::required, "mount", "/mnt")};
    analysis.minimal = minimal_of({cap_setgid, cap_setuid, cap_sys_admin});
    return whole_run(std::move(analysis));
}

FormatSample images_sample() {
    FormatSample sample = whole_run(chown_analysis());
    sample.split = Split::image;
    sample.parts = {{"/usr/bin/chown", minimal_of({cap_chown})},
                    {"/usr/bin/nice", minimal_of({cap_sys_nice})},
                    {"/usr/bin/touch", {}}};
    return sample;
}

FormatSample phases_sample() {
    FormatSample sample = root_service_sample();
    sample.split = Split::phase;
    sample.parts = {{phase_name(Phase::startup), minimal_of({cap_setgid, cap_setuid})},
                    {phase_name(Phase::after_drop), minimal_of({cap_sys_admin})}};
    return sample;
}

std::string hostile_name() {
    return "/tmp/*/ /* $(id) `id`\nNoNewPrivileges=no\r\n- x: {y}\n#include <x>\n'\"; id #\\\xff\xe2\x80\xa8\xc2\x85" +
           std::string(1, '\0') + "\x1b[31m*/";
}

FormatSample hostile_sample() {
    FormatSample sample = whole_run(chown_analysis());
    const std::string evil = hostile_name();
    Analysis& analysis = sample.analysis;
    RunHeader& header = analysis.run.header;
    header.host_name = evil;
    header.command = {evil, "", "it's", evil};
    header.run_as_user = evil;
    header.run_as_uid = 1000;
    analysis.completeness.complete = false;
    analysis.completeness.problems = {evil};
    for (CapabilityFinding& finding : analysis.capabilities)
        for (Reason& reason : finding.reasons)
            reason.image = reason.comm = reason.object = reason.site = reason.syscall = evil;
    for (Process& process : analysis.processes) {
        process.image = process.comm = evil;
        process.argv = {evil, "\\"};
        process.programs.clear();
    }
    return sample;
}

FormatSample hostile_images_sample() {
    FormatSample sample = hostile_sample();
    sample.split = Split::image;
    sample.parts = {
        {hostile_name(), minimal_of({cap_chown})}, {"-r", minimal_of({cap_sys_nice})}, {"", minimal_of({cap_chown})}};
    return sample;
}

namespace {

constexpr NamedSample all_samples[] = {
    {"chown", [] { return whole_run(chown_analysis()); }},
    {"empty", [] { return whole_run(empty_analysis()); }},
    {"incomplete", incomplete_sample},
    {"unrun", unrun_sample},
    {"user", user_sample},
    {"denied", denied_sample},
    {"missing", missing_sample},
    {"root-service", root_service_sample},
    {"images", images_sample},
    {"phases", phases_sample},
    {"hostile", hostile_sample},
    {"hostile-images", hostile_images_sample},
};

// Hands each line of a text to ON_CODE, or to ON_COMMENT without the marks of the comment, its indentation kept.
template <class OnCode, class OnComment> void read_lines(std::string_view text, OnCode on_code, OnComment on_comment) {
    bool within = false;  // a comment of C
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const bool ends = within && line == " */";
        if (line == "/*")
            within = true;
        else if (ends)
            within = false;
        else if (within)
            on_comment(line.substr(std::min<std::size_t>(line.size(), 3)));
        else if (line.starts_with('#') && !line.starts_with("#include"))
            on_comment(line.substr(std::min<std::size_t>(line.size(), 2)));
        else
            on_code(line);
    }
}

}  // namespace

std::span<const NamedSample> format_samples() { return all_samples; }

std::string written(std::string_view format, const FormatSample& sample) {
    std::ostringstream out;
    find_format(format)->write(sample.input(), out);
    return out.str();
}

std::string without_comments(std::string_view text) {
    std::string code;
    read_lines(
        text, [&](std::string_view line) { code.append(line) += '\n'; }, [](std::string_view) {});
    return code;
}

std::string with_short_comments(std::string_view text) {
    std::string all;
    read_lines(
        text, [&](std::string_view line) { all.append(line) += '\n'; },
        [&](std::string_view line) {
            const std::string_view word = line.substr(0, line.find(' '));
            if (!word.empty())
                all.append("# ").append(word) += word.size() < line.size() ? " ...\n" : "\n";
        });
    return all;
}

std::vector<std::string> comments_of(std::string_view text) {
    std::vector<std::string> paragraphs;
    bool follows = false;  // a line of a paragraph
    read_lines(
        text, [&](std::string_view) { follows = false; },
        [&](std::string_view line) {
            if (follows && line.starts_with("  ")) {
                paragraphs.back().append(line.substr(1));
            } else {
                paragraphs.emplace_back(line);
                follows = true;
            }
        });
    return paragraphs;
}

}  // namespace caprec
