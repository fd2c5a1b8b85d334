// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "analyzer/emit/answers/explain.h"
#include "analyzer/knowledge/knowledge.h"
#include "analyzer/pipeline/pipeline.h"
#include "schema/error.h"
#include "tests/fuzz/exercise.h"
#include "tests/fuzz/mutate_knowledge.h"
#include "tests/fuzz/print_everything.h"
#include "tests/support/trace_builder.h"

namespace caprec {
namespace {

constexpr std::string_view syscall_prefix = "syscall:";

void add_checks(TraceBuilder& trace, std::uint64_t process, const SiteRow& row) {
    const std::string_view site = row.sites.front();
    for (const unsigned capability : row.capabilities.members()) {
        for (const bool granted : {true, false}) {
            const std::int64_t value = granted || row.refusals.empty() ? 0 : -row.refusals.front();
            if (site.starts_with(syscall_prefix))
                trace.check(process, capability, granted, site.substr(syscall_prefix.size()), {}, value);
            else if (row.within.empty())
                trace.check(process, capability, granted, "openat", {"cap_capable", "capable", site}, value);
            else
                trace.check(process, capability, granted, "openat", {"cap_capable", site, row.within}, value);
        }
    }
}

// A trace of checks at the sites of the sample knowledge, granted and denied, before and after a drop.
Bytes trace_of_samples() {
    const Knowledge knowledge(sample_knowledge(), "sample");
    TraceBuilder trace;
    trace.process(1, 0, "daemon");
    trace.exec(1, "/usr/sbin/daemon", {"daemon"});
    std::size_t count = 0;
    for (const SiteRow& row : knowledge.rows()) {
        if (++count == knowledge.rows().size() / 2) {
            CredentialChangeRow drop;
            drop.thread = 1;
            drop.abi = 1;
            drop.before = trace.credential(0, CapabilitySet(0xff));
            drop.after = trace.credential(65534, CapabilitySet());
            trace.add(drop);
        }
        add_checks(trace, 1, row);
    }
    trace.exit(1, 0);
    return trace.finish();
}

void check_rows(const Knowledge& knowledge) {
    unsigned line = 1;
    for (const SiteRow& row : knowledge.rows()) {
        if (row.sites.empty() || row.capabilities.empty() || row.line <= line)
            broken_promise();
        if (row.site_class == SiteClass::alternative && row.any_of.empty())
            broken_promise();
        line = row.line;
    }
    for (const std::string_view site : knowledge.sites()) {
        const bool syscall = site.starts_with(syscall_prefix);
        if (syscall && knowledge.rows_for_syscall(site.substr(syscall_prefix.size())).empty())
            broken_promise();
    }
}

void explain(const Knowledge& knowledge, std::optional<unsigned> capability) {
    Explanation explanation{capability, capability ? "" : "some_function", {}, knowledge.name()};
    for (const SiteRow& row : knowledge.rows())
        if (!capability || row.capabilities.contains(*capability))
            explanation.rows.push_back(&row);
    CleanOutput out;
    explain_text(explanation, TextStyle{}, out);
    explain_json(explanation, out);
}

}  // namespace

bool exercise_knowledge(std::string_view text) {
    static const Bytes trace = trace_of_samples();
    std::optional<Knowledge> knowledge;
    try {
        knowledge.emplace(text, "sites.tsv");
    } catch (const Error&) {
        return false;
    }
    check_rows(*knowledge);
    explain(*knowledge, std::nullopt);
    explain(*knowledge, 1);
    MemorySource source(trace);
    TraceReader reader(source);
    ReadOptions options;
    options.knowledge = &*knowledge;
    print_everything(analyze(reader, options));
    return true;
}

}  // namespace caprec
