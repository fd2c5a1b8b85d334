// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schema/run_info.h"

namespace caprec {

// A header with a value in every field, no two of them equal; everybody can read a trace with it.
RunHeader full_header();

}  // namespace caprec
