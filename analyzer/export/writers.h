// SPDX-License-Identifier: Apache-2.0
//
// The formats, one a file; export_format.cpp has the table of them.
#pragma once

#include "analyzer/export/samples.h"

namespace caprec {

struct ExportTarget;

// CAPABILITY;program;outermost;...;innermost COUNT: one line a stack, offsets left out.
void write_folded(const Samples& samples, const ExportTarget& target);

}  // namespace caprec
