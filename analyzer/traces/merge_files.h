// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analyzer/knowledge/knowledge.h"
#include "analyzer/merge/run_merger.h"

namespace caprec {

// The name of a folder stands for all FILE.cap below it, sorted; other names stand for themselves.  Throws Error for a
// folder that cannot be read or has none.
std::vector<std::string> trace_files(const std::vector<std::string>& names);

bool is_folder(const std::string& name);

struct MergedFiles {
    RunMerger merger;
    std::vector<std::string> not_executed;  // left out: their command could not be executed
    std::vector<std::string> incomplete;    // something may be missing in them
};

// Merges all files, judged by this knowledge, with as many threads as there are processors.  When some cannot be read,
// one Error names them.
MergedFiles merge_files(const std::vector<std::string>& files, const Knowledge& knowledge);

// "a.cap, b.cap and 3 more"; escaped.
std::string names_text(const std::vector<std::string>& files);

}  // namespace caprec
