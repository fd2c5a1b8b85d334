// SPDX-License-Identifier: Apache-2.0
//
// Small helpers for these tests: from the bytes of a trace to the analyzer's results.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/pipeline/pipeline.h"
#include "tests/support/trace_builder.h"

namespace caprec {

inline Analysis analyze_bytes(const Bytes& bytes, const ReadOptions& options = {}) {
    MemorySource source(bytes);
    TraceReader reader(source);
    return analyze(reader, options);
}

inline StreamSummary verdicts_of(const Bytes& bytes) {
    MemorySource source(bytes);
    TraceReader reader(source);
    return read_verdicts(reader);
}

// The parts of an AnnotatedCheck that a receiver may keep.
struct SeenCheck {
    CheckRow row;
    std::uint64_t process = 0;
    std::string comm, image, rule, site;
    Verdict verdict = Verdict::unclassified;
    NoOutcome outcome = NoOutcome::known;
    std::int64_t value = 0;
    StackId stack{};
    std::uint64_t count = 0;
    SiteSource site_source = SiteSource::walked;
    bool from_summary = false;
};

class SeenChecks : public CheckReceiver {
public:
    using CheckReceiver::on;
    void on(const AnnotatedCheck& check) override {
        seen.push_back({check.row, check.process, std::string(check.comm), std::string(check.image),
                        std::string(check.rule), std::string(check.site), check.verdict, check.outcome, check.value,
                        check.stack, check.count, check.site_source, check.from_summary});
    }
    std::vector<SeenCheck> seen;
};

inline std::vector<SeenCheck> checks_of(const Bytes& bytes) {
    MemorySource source(bytes);
    TraceReader reader(source);
    SeenChecks receiver;
    stream_checks(reader, receiver);
    return receiver.seen;
}

inline const Process* find_process(const Analysis& analysis, std::uint64_t id) {
    const auto found = std::ranges::find(analysis.processes, id, &Process::id);
    return found != analysis.processes.end() ? &*found : nullptr;
}

inline bool mentions(const std::vector<std::string>& lines, std::string_view text) {
    return std::ranges::any_of(lines, [&](const std::string& line) { return line.find(text) != line.npos; });
}

}  // namespace caprec
