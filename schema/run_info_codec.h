// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "schema/run_info.h"
#include "schema/trace.capnp.h"

namespace caprec {

void encode(const RunHeader& header, format::Header::Builder into);
void encode(const RunFooter& footer, format::Footer::Builder into);
void encode(const Losses& losses, format::Losses::Builder into);
void encode(const Clock& clock, format::Clock::Builder into);
void encode(const TargetStatus& target, format::TargetStatus::Builder into);

// The file may have any value: enumerators that this reader does not know become `unknown`.
RunHeader decode(format::Header::Reader from);
RunFooter decode(format::Footer::Reader from);
Losses decode(format::Losses::Reader from);
Clock decode(format::Clock::Reader from);
TargetStatus decode(format::TargetStatus::Reader from);

}  // namespace caprec
