// SPDX-License-Identifier: Apache-2.0
//
// One change between two runs, in words that the formats of diff share.  Escaped.
#pragma once

#include <string>

#include "analyzer/diff.h"

namespace caprec {

bool is_minor(ChangeKind kind);                  // in what is granted and not needed: shown on request
std::string program_text(const Change& change);  // "/usr/bin/x"
std::string headline(const Change& change);      // "newly needs CAP_CHOWN"
const char* state_text(NeedState state);         // "asked, not needed"
std::string states_text(const Change& change);   // "before: never asked (this program did not run); now: required"
std::string call_of(const Change& change);       // "fchownat("f") ok  in setattr_prepare"; empty: no reason is known
std::string file_text(const ChangedFile& file);  // "/lib/x.so (build id 12ab... -> 34cd...)"

// The changed files that the reason's calls lead through, and the program itself.
std::vector<const ChangedFile*> changed_files_of(const Diff& diff, const Change& change);

}  // namespace caprec
