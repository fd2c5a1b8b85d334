// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/analysis/process.h"
#include "analyzer/processes/images.h"
#include "schema/event_rows.h"
#include "schema/merged_rows.h"
#include "schema/trace_reader.h"

namespace caprec {

// The files of programs, each once.  A path is only a label: it may lead to one file, and later to another.
class ProgramFiles {
public:
    static constexpr std::size_t max_files = 1u << 16;

    // Returns the number of the file, counted from 1; 0: the trace does not tell of it, or there are too many.  `image`
    // and `name` are the number and the name of the program.
    std::uint32_t add(const ExecRow& row, ImageId image, std::string_view name, const TraceReader& reader);

    // Adds a file that a merged trace tells of.
    void add(const ProgramEntry& entry, const TraceReader& reader);

    const std::vector<ProgramFile>& files() const { return files_; }  // in the order of their numbers

    // One line for each program that was several files, and for each whose capabilities could not be read.
    std::vector<std::string> notes() const;

private:
    using Key = std::array<std::uint64_t, 10>;
    static bool may_hide_capabilities(const ExecRow& row, const TraceReader& reader);

    std::map<Key, std::uint32_t> numbers_;
    std::vector<ProgramFile> files_;
    std::set<std::string, std::less<>> unread_;  // images
};

}  // namespace caprec
