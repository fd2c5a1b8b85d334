// SPDX-License-Identifier: Apache-2.0
#include "analyzer/judge.h"

#include <algorithm>
#include <charconv>

#include "analyzer/classify/classifier.h"

namespace caprec {
namespace {

RunConditions read_conditions(const RunHeader& header) {
    RunConditions conditions;
    conditions.home = header.home_namespace;
    conditions.home_known = header.home_namespace.inode != 0;
    const auto setting =
        std::ranges::find(header.sysctls, "vm.overcommit_memory", &std::pair<std::string, std::string>::first);
    if (setting != header.sysctls.end()) {
        const std::string& text = setting->second;
        unsigned mode = 0;
        if (std::from_chars(text.data(), text.data() + text.size(), mode).ec == std::errc{}) {
            conditions.overcommit_memory = mode;
        }
    }
    return conditions;
}

}  // namespace

Judge::Judge(const TraceReader& reader) : reader_(reader), conditions_(read_conditions(reader.header())) {}

std::uint32_t Judge::rule_for(const CheckRow& row, const KernelSite& site, SiteSource source, NoOutcome outcome,
                              std::int32_t error) const {
    const Credential* credential = reader_.credential(row.credential);
    return classify({
        .row = row,
        .run = conditions_,
        .site = site,
        .site_source = source,
        .credential = credential,
        .credential_namespace = credential != nullptr ? reader_.user_namespace(credential->user_namespace) : nullptr,
        .target_namespace = reader_.user_namespace(row.target_namespace),
        .syscall = syscalls_.traits(row.abi, row.syscall),
        .outcome = outcome,
        .error = error != 0 ? std::optional<int>(error) : std::nullopt,
    });
}

}  // namespace caprec
