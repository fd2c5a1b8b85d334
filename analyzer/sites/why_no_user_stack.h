// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "schema/event_rows.h"
#include "schema/run_info.h"

namespace caprec {

// Of a check without one, for a person; empty when there is nothing to say: none was wanted.
std::string why_no_user_stack(const CheckRow& row, const RunHeader& header);

}  // namespace caprec
