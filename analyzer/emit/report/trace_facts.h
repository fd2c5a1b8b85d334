// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "analyzer/analysis/run_facts.h"

namespace caprec {

struct ChunkCounts {
    std::uint64_t all = 0, header = 0, tables = 0, events = 0, summary = 0, footer = 0;
    std::uint64_t files = 0;            // chunks with parts of mapped files
    std::uint64_t unknown = 0;          // chunks of kinds that this version does not know
    std::uint64_t unknown_columns = 0;  // chunks with columns that this version does not know
};

struct RowCounts {
    std::uint64_t checks = 0, outcomes = 0, credential_changes = 0, capability_requests = 0, tasks = 0, execs = 0,
                  exits = 0, renames = 0;
    std::uint64_t mappings = 0, comparisons = 0, refusals = 0, places = 0;
    std::uint64_t first_seen = 0;  // rows of the summary
};

struct TableCounts {
    std::uint64_t strings = 0, namespaces = 0, credentials = 0, objects = 0, modules = 0, frames = 0, stacks = 0;
    std::uint64_t user_stacks = 0;
};

// Everything that `info` says of one trace file.
struct TraceFacts {
    RunFacts run;
    Completeness completeness;
    std::uint64_t bytes = 0;  // size of the file, as read
    ChunkCounts chunks;
    RowCounts rows;
    TableCounts tables;
};

}  // namespace caprec
