// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "schema/event_rows.h"
#include "schema/run_info.h"

namespace caprec {

// Why a check has no user stack, for a person; empty when there is nothing to say, as none was wanted.
std::string why_no_user_stack(const CheckRow& row, const RunHeader& header);

}  // namespace caprec
