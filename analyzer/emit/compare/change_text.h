// SPDX-License-Identifier: Apache-2.0
//
// One change between two runs, in words that the formats of diff share.  Escaped.
#pragma once

#include <string>
#include <vector>

#include "analyzer/compare/diff.h"
#include "analyzer/emit/ci/findings.h"
#include "analyzer/emit/compare/diff.h"

namespace caprec {

std::string program_text(const Change& change);       // "/usr/bin/x"
std::string headline(const Change& change);           // "newly needs CAP_CHOWN"
std::string description(ChangeKind kind);             // "A program newly needs a capability."
std::string standing_text(const Standing& standing);  // "required, and denied where something failed"
std::string standings_text(const Change& change);     // "before: never asked (this program did not run); now: required"
std::string version_text(const Change& change);       // "the program changed"
std::string file_text(const ChangedFile& file);       // "/lib/x.so (build id 12ab... -> 34cd...)"

// The libraries among the changed files that the reason's calls lead through.
std::vector<const ChangedFile*> changed_libraries(const Diff& diff, const Change& change);

std::vector<Remark> remarks(const DiffView& view);

// The changes that a format shows: no minor ones unless all are wanted.
std::vector<const Change*> shown_changes(const DiffView& view, bool all);

// The changes as findings, which refer to the view.
FindingList finding_list(const DiffView& view, bool all);

}  // namespace caprec
