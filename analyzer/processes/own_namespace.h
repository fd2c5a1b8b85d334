// SPDX-License-Identifier: Apache-2.0
//
// User namespaces that the run made itself.
#pragma once

#include "schema/trace_reader.h"

namespace caprec {

// It lives in a user namespace below the one that the run began in.
bool in_own_namespace(CredentialId credential, const TraceReader& reader);

// Who makes a user namespace has everything in it, until somebody takes a part away.
bool is_restricted(const Credential& credential);

}  // namespace caprec
