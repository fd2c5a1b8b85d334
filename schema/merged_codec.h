// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "schema/merged_rows.h"
#include "schema/trace.capnp.h"

namespace caprec {

// How many of the kinds, from the front, go into one chunk: at least one, unless there is none.
std::size_t kinds_for_a_chunk(std::span<const MergedKind> kinds);
inline constexpr std::size_t settings_for_a_chunk = 16, runs_for_a_chunk = 2048, entries_for_a_chunk = 65536,
                             names_for_a_chunk = 64;

// Each encodes into an empty chunk.
void encode(std::span<const RunHeader> settings, format::Merged::Builder into);
void encode(std::span<const MergedRun> runs, format::Merged::Builder into);
void encode(std::span<const MergedKind> kinds, format::Merged::Builder into);
void encode(std::span<const KeptEntry> kept, format::Merged::Builder into);
void encode(std::span<const RefusalEntry> refusals, format::Merged::Builder into);
void encode(std::span<const ProgramEntry> programs, format::Merged::Builder into);
void encode(std::span<const DropEntry> drops, format::Merged::Builder into);
void encode_knowledge(std::span<const std::string> names, format::Merged::Builder into);
void encode_images(std::span<const StringId> images, format::Merged::Builder into);

// Returns the fault that stopped it, or nothing.
std::string visit_merged(format::Merged::Reader from, MergedVisitor& visitor);

}  // namespace caprec
