// SPDX-License-Identifier: Apache-2.0
//
// The functions of the table in policy_formats.cpp: whether a text looks like that format, and reading it.
#pragma once

#include <string_view>

#include "analyzer/policy/policy_formats.h"

namespace caprec {

bool looks_like_policy(std::string_view text);
bool could_be_policy(std::string_view text);  // for a text like no format: a line looks like one, or there is none
void parse_policy_lines(const PolicyText& text, ParsedPolicy& result);

bool looks_like_unit(std::string_view text);
void parse_unit(const PolicyText& text, ParsedPolicy& result);

bool looks_like_compose(std::string_view text);
void parse_compose(const PolicyText& text, ParsedPolicy& result);

bool looks_like_kubernetes(std::string_view text);
void parse_kubernetes(const PolicyText& text, ParsedPolicy& result);

bool looks_like_oci(std::string_view text);
void parse_oci(const PolicyText& text, ParsedPolicy& result);

bool looks_like_docker(std::string_view text);
void parse_docker(const PolicyText& text, ParsedPolicy& result);
bool looks_like_podman(std::string_view text);
void parse_podman(const PolicyText& text, ParsedPolicy& result);

}  // namespace caprec
