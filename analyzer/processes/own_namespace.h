// SPDX-License-Identifier: Apache-2.0
//
// User namespaces that the run made itself.
#pragma once

#include "schema/trace_reader.h"

namespace caprec {

// Whether the credential lives in a user namespace below the one that the run began in.
bool in_own_namespace(CredentialId credential, const TraceReader& reader);

// Whether somebody took a part of its set away: the maker of a user namespace begins with everything.
bool is_restricted(const Credential& credential);

}  // namespace caprec
