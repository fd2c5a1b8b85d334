// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/minimal/part_files.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "analyzer/analysis/container_view.h"
#include "analyzer/emit/notes/notes.h"
#include "analyzer/emit/notes/recorded_run.h"
#include "analyzer/emit/pieces/reason_text.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

constexpr std::size_t longest_name = 200;  // a file name has 255 bytes at most

// The ends of file names, by format.
struct FileEnd {
    std::string_view format, end;
};
constexpr FileEnd file_ends[] = {
    {"kubernetes", ".yaml"}, {"compose", ".yaml"}, {"oci", ".json"}, {"docker", ".flags"}, {"podman", ".flags"}};

// The engines whose containers get their capabilities by what these formats say.
constexpr std::string_view engines[] = {"docker", "podman", "containerd", "cri-o", "kubernetes"};

bool is_plain(char letter, std::string_view also) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
           also.find(letter) != std::string_view::npos;
}

// Why there is no drop-in for the unit; empty: there is one.
std::string why_no_drop_in(const std::string& unit) {
    if (unit.empty())
        return "in no unit";
    if (unit.find('/') != std::string::npos)
        return "of another systemd than the host's";
    if (!unit.ends_with(".service"))
        return "only services have capabilities of their own";
    const bool plain = std::ranges::all_of(unit, [](char letter) { return is_plain(letter, ":-_.\\@"); });
    return !plain || unit.front() == '.' || unit.size() > longest_name ? "not a name of a unit" : "";
}

std::string why_no_file(const Keeper& keeper, Split split) {
    if (split == Split::unit)
        return why_no_drop_in(keeper.unit);
    if (keeper.container.empty())
        return "in no container";
    return std::ranges::find(engines, keeper.engine) == std::end(engines)
               ? "a container of " + keeper.engine + ", which is not set up in this way"
               : "";
}

std::string file_name(const Keeper& keeper, std::string_view end, std::set<std::string>& taken) {
    std::string name = container_label(keeper);
    std::ranges::replace_if(
        name, [](char letter) { return !is_plain(letter, "-_.@"); }, '-');
    if (name.front() == '.')
        name.front() = '_';
    name.resize(std::min(name.size(), longest_name));
    std::string unique = name;
    for (std::size_t number = 2; !taken.insert(unique).second; ++number)
        unique = name + '-' + std::to_string(number);
    return unique + std::string(end);
}

const std::string& name_of(const Keeper& keeper, Split split) {
    return split == Split::unit ? keeper.unit : keeper.container;
}

// What a file is about: a unit or a container and, with a unit, the others whose processes it started.
struct Scope {
    Split split = Split::unit;
    std::set<std::string> names;
    bool has(const Keeper& keeper) const { return names.contains(name_of(keeper, split)); }
};

// The units whose processes came from processes of each unit: sessions from sshd, containers from their engine.  They
// keep the bounding set of where they come from.  What systemd itself starts gets a set of its own.
using Origins = std::map<std::string, std::set<std::string>>;

Origins origins_of(const Analysis& analysis) {
    std::map<std::uint64_t, const Process*> by_id;
    Origins origins;
    for (const Process& process : analysis.processes) {
        by_id.emplace(process.id, &process);
        const auto parent = by_id.find(process.parent);
        if (parent == by_id.end())
            continue;
        const std::string& from = parent->second->keeper.unit;
        const bool by_systemd = from == "init.scope" || from.ends_with("/init.scope") || from.empty();
        if (!by_systemd && from != process.keeper.unit)
            origins[from].insert(process.keeper.unit);
    }
    return origins;
}

Scope scope_of(const Part& part, Split split, const Origins& origins) {
    Scope scope{split, {}};
    std::vector<std::string> waiting = {part.name};
    while (!waiting.empty()) {
        const std::string name = std::move(waiting.back());
        waiting.pop_back();
        if (!scope.names.insert(name).second || split != Split::unit)
            continue;
        if (const auto more = origins.find(name); more != origins.end())
            waiting.insert(waiting.end(), more->second.begin(), more->second.end());
    }
    return scope;
}

ReasonList only_of(const ReasonList& all, const Scope& scope) {
    ReasonList list;
    for (const Reason& reason : all.reasons)
        if (scope.has(reason.keeper))
            list.reasons.push_back(reason);
    return list;
}

std::vector<CapabilityFinding> findings_of(const Analysis& all, const Scope& scope) {
    std::vector<CapabilityFinding> findings;
    for (const CapabilityFinding& whole : all.capabilities) {
        CapabilityFinding finding;
        finding.capability = whole.capability;
        finding.runs = whole.runs;
        for (const Reason& reason : whole.reasons) {
            if (!scope.has(reason.keeper))
                continue;
            finding.verdict = std::min(finding.verdict, reason.verdict);
            if (reason.capability == whole.capability)
                (reason.granted ? finding.granted : finding.denied) += reason.count;
            finding.reasons.push_back(reason);
        }
        if (!finding.reasons.empty())
            findings.push_back(std::move(finding));
    }
    std::ranges::stable_sort(findings, {}, &CapabilityFinding::verdict);
    return findings;
}

void narrow_inside(const Analysis& all, const Scope& scope, Analysis& one) {
    for (std::size_t at = 0; at < all.inside.needs.size(); ++at) {
        const Need& need = all.inside.needs[at];
        if (!scope.has(need.keeper))
            continue;
        one.inside.needs.push_back(need);
        one.inside.reasons.push_back(all.inside.reasons.at(at));
    }
    one.inside.minimal = minimal_set(select_needs(one.inside.needs, {}));
    for (const Need& need : one.inside.needs)
        if (need.missing && !need.look_up && (need.any_of & one.inside.minimal.capabilities).empty())
            one.inside.missing |= need.any_of;
}

void narrow_programs(const Analysis& all, Analysis& one) {
    std::set<std::string_view> ran;
    for (const Process& process : one.processes) {
        ran.insert(process.image);
        for (const Program& program : process.programs)
            ran.insert(program.image);
    }
    for (const Need& need : one.needs)
        ran.insert(need.image);
    const auto is_here = [&](const auto& of) { return ran.contains(of.image); };
    std::ranges::copy_if(all.kept, std::back_inserter(one.kept), is_here);
    std::ranges::copy_if(all.drops, std::back_inserter(one.drops), is_here);
    std::ranges::copy_if(all.program_files, std::back_inserter(one.program_files), is_here);
    for (const std::string& image : all.images)
        if (ran.contains(image))
            one.images.push_back(image);
    for (const std::string& image : all.lookers)
        if (ran.contains(image))
            one.lookers.push_back(image);
}

// The part of an analysis that is about the scope; `names` are those in it, for people.
Analysis narrowed(const Analysis& all, const Scope& scope, const std::vector<std::string>& names) {
    Analysis one;
    one.run = all.run;
    one.completeness = all.completeness;
    one.capabilities = findings_of(all, scope);
    for (const Need& need : all.needs)
        if (scope.has(need.keeper))
            one.needs.push_back(need);
    one.failures = only_of(all.failures, scope);
    one.refused = only_of(all.refused, scope);
    one.given_up = only_of(all.given_up, scope);
    one.tolerated = only_of(all.tolerated, scope);
    for (const Process& process : all.processes)
        if (scope.has(process.keeper))
            one.processes.push_back(process);
    narrow_inside(all, scope, one);
    narrow_programs(all, one);

    Filtered filter = all.run.filter.value_or(Filtered{.words = {}, .all_checks = all.run.checks});
    for (const std::string& name : names)
        filter.words.push_back("--" + std::string(row_of(scope.split).name) + ' ' + name);
    filter.checks = 0;
    for (const CapabilityFinding& finding : one.capabilities)
        filter.checks += finding.granted + finding.denied;
    filter.processes = one.processes.size();
    filter.all_processes = std::max<std::uint64_t>(filter.all_processes, all.processes.size());
    one.run.filter = std::move(filter);
    return one;
}

}  // namespace

bool has_part_files(Split split, const Format& format) {
    return (split == Split::unit && format.name == "systemd") || (split == Split::container && format.of_container);
}

std::vector<PartFile> part_files(const FormatInput& input, const Format& format) {
    const auto* end = std::ranges::find(file_ends, format.name, &FileEnd::format);
    std::vector<PartFile> files;
    std::set<std::string> taken;
    const Origins origins = origins_of(input.analysis);
    for (const Part& part : input.parts) {
        if (part.name.empty())
            continue;  // what is in none
        PartFile& file = files.emplace_back();
        file.title = title_of(part, input.split);
        file.why_not = why_no_file(part.keeper, input.split);
        if (!file.why_not.empty())
            continue;
        const Scope scope = scope_of(part, input.split, origins);
        std::vector<std::string> names(scope.names.begin(), scope.names.end());
        if (input.split == Split::container)
            names = {container_label(part.keeper)};
        Analysis one = narrowed(input.analysis, scope, names);
        if (one.capabilities.empty() && one.needs.empty() && one.inside.empty()) {
            file.why_not = "nothing was seen there: no check was made";
            continue;
        }
        const bool inside = format.of_container && one.inside.by_choice();
        if (inside)
            one = container_view(std::move(one));
        const Part whole = part_of(one, "", {.missing = input.include_missing});
        one.minimal = whole.set;
        file.set = whole.set.capabilities;
        if (file.set.empty() && !whole.left_out.empty()) {
            file.why_not = "only look-ups were seen there, and they were denied";
            continue;
        }
        const FormatInput about{.analysis = one,
                                .split = Split::run,
                                .parts = {whole},
                                .include_missing = input.include_missing,
                                .trace = input.trace,
                                .drop_in = input.split == Split::unit,
                                .inside = inside};
        std::ostringstream contents;
        format.write(about, contents);
        file.contents = contents.str();
        file.path = input.split == Split::unit ? part.keeper.unit + ".d/50-capabilities.conf"
                                               : file_name(part.keeper, end->end, taken);
    }
    return files;
}

}  // namespace caprec
