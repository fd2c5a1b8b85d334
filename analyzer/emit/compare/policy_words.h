// SPDX-License-Identifier: Apache-2.0
//
// The findings of a check, in words that its formats share.  Escaped.
#pragma once

#include <string>
#include <vector>

#include "analyzer/emit/ci/findings.h"
#include "analyzer/emit/compare/policy_result.h"

namespace caprec {

std::string answer_text(const PolicyResultView& view);   // "OK: all that 3 programs needed is allowed by policy.txt"
std::string headline(const PolicyFinding& finding);      // "/usr/sbin/x needs CAP_CHOWN"
std::string program_text(const PolicyFinding& finding);  // "/usr/sbin/x"
std::string description(PolicyFindingKind kind);         // "A program needs a capability that ..."
std::string place_text(const PolicyPlace& place);        // "policy.txt:3"
// "policy.txt:3 allows CAP_KILL only"; also the words about the policy in a note.
std::string closest_text(const PolicyResultView& view, const PolicyFinding& finding);
// The line of the policy that closest_text() speaks of; the policy as a whole when there is none.
PolicyPlace closest_place(const PolicyResultView& view, const PolicyFinding& finding);
std::string unused_text(const PolicyResultView& view, const UnusedAllowance& unused);  // "not used: CAP_CHOWN; ..."

// Remarks on what the trace lacks, on the conditions under which the answer holds, and the notes on the trace.
std::vector<Remark> remarks(const PolicyResultView& view);
std::vector<std::string> conditions(const PolicyResultView& view);  // those on the conditions alone

// Violations, notes, then what was not used.  They refer to the view.
FindingList finding_list(const PolicyResultView& view);

}  // namespace caprec
