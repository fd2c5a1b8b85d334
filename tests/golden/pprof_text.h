// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace caprec {

// A gzipped profile.proto as text, field by field in the order of the file, strings instead of their numbers.  Throws
// std::runtime_error for bytes that are no profile.
std::string pprof_text(const std::string& gzipped);

}  // namespace caprec
