// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/classify/rule.h"
#include "analyzer/containers/id_hash.h"
#include "analyzer/processes/kept_capabilities.h"
#include "schema/event_rows.h"
#include "schema/trace_reader.h"

namespace caprec {

// A capability that a capset shows to be needed, or to be missing, though the kernel did not ask for it.
struct CapsetNeed {
    unsigned capability = 0;
    NotAsked why = NotAsked::no;
};

struct CapsetFindings {
    std::vector<CapsetNeed> needs;
    std::optional<OwnSets> own;  // the program's dealings with its own sets
};

// The program that calls capset.
struct CapsetProgram {
    bool looked = false;         // it read its own sets before
    bool compared = false;       // the kernel got as far as comparing the sets, which it begins with a check
    std::string_view arguments;  // its argv
};

// Joins the requests of programs, by capset(2) and by PR_CAP_AMBIENT_RAISE in vain, with the changes of credentials
// that follow.
class CapsetRequests {
public:
    static constexpr std::size_t max_threads = 1u << 16;  // threads in a capset at once; of more, nothing is known

    explicit CapsetRequests(const TraceReader& reader) : reader_(reader) {}  // keeps a reference

    // Whether the request is a look of a program at its own sets.  `own` has its numbers as a thread and a process; 0:
    // not known.
    static bool looks(const CapabilityRequestRow& row, std::uint32_t tid, std::uint32_t tgid);

    void on(const CapabilityRequestRow& row);
    CapsetFindings on(const CredentialChangeRow& row, const CapsetProgram& program);
    void thread_ended(std::uint64_t thread) { asked_.erase(thread); }

private:
    CapsetFindings refused(const CapabilityRequestRow& asked, const Credential& before,
                           const CapsetProgram& program) const;
    CapsetFindings not_raised(const CapabilityRequestRow& asked, const Credential& before) const;
    CapsetFindings obtained(const CapabilityRequestRow* asked, const Credential& before, const Credential& after,
                            const CapsetProgram& program) const;

    const TraceReader& reader_;
    std::unordered_map<std::uint64_t, CapabilityRequestRow, IdHash> asked_;  // the call under way, by thread
};

}  // namespace caprec
