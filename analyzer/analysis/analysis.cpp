// SPDX-License-Identifier: Apache-2.0
#include "analyzer/analysis/analysis.h"

#include <algorithm>
#include <iterator>

#include "schema/enum_table.h"

namespace caprec {
namespace {

constexpr EnumTable<KeeperActivity, const char*> activity_names({"nothing", "only_look_ups", "checks"});

}  // namespace

const char* activity_name(KeeperActivity activity) { return activity_names[activity]; }

std::vector<std::string> executables_of(const Analysis& analysis) {
    std::vector<std::string> images = analysis.images;
    for (const ProgramFinding& finding : analysis.by_program)
        images.push_back(finding.image);
    std::erase(images, "");
    for (const Need& need : analysis.needs)
        images.push_back(need.image);  // also when it is not known: no need may be lost
    std::ranges::sort(images);
    images.erase(std::unique(images.begin(), images.end()), images.end());
    return images;
}

std::vector<DropStep> several_drops(const Analysis& analysis) {
    std::vector<DropStep> several;
    std::ranges::copy_if(analysis.drops, std::back_inserter(several), [&](const DropStep& step) {
        return std::ranges::any_of(
            analysis.drops, [&](const DropStep& other) { return other.image == step.image && other.number > 1; });
    });
    return several;
}

const CapabilityFinding* find_finding(const Analysis& analysis, unsigned capability) {
    const auto found = std::ranges::find(analysis.capabilities, capability, &CapabilityFinding::capability);
    return found != analysis.capabilities.end() ? &*found : nullptr;
}

}  // namespace caprec
