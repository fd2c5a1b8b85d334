// SPDX-License-Identifier: Apache-2.0
//
// The capabilities that somebody wrote down as allowed: pure data, made by the formats of policy_formats.h.  Strings
// are raw bytes of the file: every emitter escapes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/analysis/image_name.h"
#include "analyzer/policy/path_pattern.h"
#include "schema/capability.h"

namespace caprec {

struct PolicyPlace {
    std::string file;      // as the user named it, or as the text itself does
    std::size_t line = 0;  // from 1 on; 0: nowhere in particular
    friend bool operator==(const PolicyPlace&, const PolicyPlace&) = default;
};

struct PolicyRule {
    bool deny = false;  // known to be refused; takes away what other rules allow
    PathPattern programs;
    CapabilitySet capabilities;  // empty: the programs are known to need nothing
    PolicyPlace place;
    std::string words;  // the text before the capabilities: "allow /usr/sbin/nginx", "CapabilityBoundingSet="
    std::string why;    // the comment on it; may be empty
    // Where these programs ran: a path leads to another file in another root.  Nothing: it does not matter.
    std::optional<ImagePlace> where = {};

    bool is_about(std::string_view image) const {
        const ImageName name = parse_image(image);
        return (!where || *where == name.place) && programs.matches(name.path);
    }
};

// A line that takes capabilities away from everybody.
struct PolicyRefusal {
    CapabilitySet capabilities;
    PolicyPlace place;
    std::string words;  // "CapabilityBoundingSet= lacks {": "{" stands for those that are asked for
};

struct Policy {
    std::string format;  // name of the row in policy_formats()
    std::string file;    // as the user named it
    std::vector<PolicyRule> rules;
    // Only a policy that is one set for all programs has these.  When several name a capability, the first one decides.
    std::vector<PolicyRefusal> refusals;
    // The conditions under which the rules say what a program can use, as sentences.
    std::vector<std::string> assumptions;
    std::optional<bool> as_root;  // it is about root, or about somebody else; nothing: it does not say
};

struct PolicyProblem {
    PolicyPlace place;
    std::string text;  // one sentence: what is wrong, and what to write instead
};

struct ParsedPolicy {
    Policy policy;
    std::vector<PolicyProblem> problems;  // sorted by line; unless there are none, the policy is good for nothing
};

}  // namespace caprec
