// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/sites/user_stacks.h"
#include "schema/trace_copier.h"
#include "schema/trace_reader.h"

namespace caprec {

struct PackedSummary {
    std::uint64_t files = 0, file_bytes = 0;  // files that were put in; bytes before compression
    std::uint64_t addresses = 0;              // addresses of code that got names
    std::uint64_t already_there = 0;          // files that the trace had
};

// Packs into a trace the parts of the files that its user stacks lead through, so that it can be read where those are
// not.
class TracePacker {
public:
    // The reader has read to the end and stays there.  Unwinds all stacks.  Keeps both references.
    TracePacker(const TraceReader& reader, UserStacks& stacks);

    // To be called after the header of the copy was written.
    PackedSummary write(TraceCopier& copier);

private:
    using Name = std::pair<std::string, std::string>;  // a module's path and build id
    struct Place {
        ModuleId module;
        std::set<std::uint64_t> offsets;  // offsets that are looked up
    };

    void write_file(const Name& name, const Place& place, TraceCopier& copier);
    void write_lines(const Name& name, const Place& place, TraceCopier& copier);

    UserStacks& stacks_;
    std::map<Name, Place> modules_;
    PackedSummary summary_;
};

}  // namespace caprec
