// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schema/run_info.h"

namespace caprec {

// Says something in every field, and no two say the same; a trace with it can be read by everybody.
RunHeader full_header();

}  // namespace caprec
