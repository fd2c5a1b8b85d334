// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "schema/trace.capnp.h"
#include "schema/trace_reader.h"
#include "schema/trace_writer.h"

namespace caprec {

constexpr std::size_t kind_counts_for_a_chunk = 65536;  // 1.5 MiB

void encode(std::span<const KindCount> counts, format::KindCounts::Builder into);

// Returns the fault that stopped it, or nothing.
std::string visit_rows(format::KindCounts::Reader from, FirstSeenVisitor& visitor);

}  // namespace caprec
