// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "schema/trace.capnp.h"
#include "schema/trace_reader.h"
#include "schema/trace_writer.h"

namespace caprec {

// How many of the rows, from the front, go into one chunk: at least one, unless there is none.
std::size_t first_seen_rows_for_a_chunk(std::span<const FirstSeenRow> rows);

void encode(std::span<const FirstSeenRow> rows, format::FirstSeen::Builder into);

// Returns the fault that stopped it, or nothing.
std::string visit_rows(format::FirstSeen::Reader from, FirstSeenVisitor& visitor);

}  // namespace caprec
