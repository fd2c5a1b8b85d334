// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/policy_formats.h"

#include <algorithm>

#include "analyzer/policy/parsers.h"
#include "analyzer/policy/problems.h"

namespace caprec {
namespace {

constexpr PolicyFormat table[] = {
    {"policy", "capanalyze's own: lines of allow and deny", false, looks_like_policy, parse_policy_lines},
    {"systemd", "a service unit, or what systemctl cat prints", false, looks_like_unit, parse_unit},
    {"compose", "a service of a Compose file", true, looks_like_compose, parse_compose},
    {"kubernetes", "a container of a Pod, or of what makes Pods", true, looks_like_kubernetes, parse_kubernetes},
    {"oci", "a config.json of an OCI runtime", false, looks_like_oci, parse_oci},
    {"docker", "a script with docker run, or its flags", true, looks_like_docker, parse_docker},
    {"podman", "a script with podman run, or its flags", true, looks_like_podman, parse_podman},
};

}  // namespace

std::span<const PolicyFormat> policy_formats() { return table; }

ParsedPolicy parse_policy(const PolicyText& whole, const PolicyFormat* format) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    PolicyText text = whole;
    if (text.bytes.starts_with(byte_order_mark))
        text.bytes.remove_prefix(byte_order_mark.size());
    ParsedPolicy result;
    result.policy.file = text.file;
    if (text.bytes.size() > PolicyText::max_bytes) {
        add_problem(result, 0, "is larger than 1 MiB: it is no policy");
        return result;
    }
    if (text.bytes.find('\0') != std::string_view::npos) {
        add_problem(result, 0, "is a binary file, with zero bytes: it is no policy");
        return result;
    }
    if (text.bytes.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        add_problem(result, 0,
                    text.file.ends_with(".service")
                        ? "is empty: most likely a masked unit, which is never started"
                        : "is empty; a policy that allows nothing is the line: allow * none");
        return result;
    }
    if (format == nullptr)
        format = std::ranges::find_if(table, [&](const PolicyFormat& row) { return row.looks_like(text.bytes); });
    if (format == std::end(table)) {
        format = table;
        if (!could_be_policy(text.bytes)) {
            add_problem(result, 0, "is of no known kind; --policy-format NAME says which");
            return result;
        }
    }
    result.policy.format = format->name;
    if (!text.service.empty() && !format->has_services)
        add_problem(result, 0, "has one set only, from which --service chooses nothing");
    format->parse(text, result);
    std::ranges::stable_sort(result.problems, {}, [](const PolicyProblem& problem) { return problem.place.line; });
    return result;
}

}  // namespace caprec
