// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "schema/packed_files.h"
#include "schema/trace_reader.h"
#include "schema/trace_writer.h"

namespace caprec {

// Copies a trace chunk by chunk, whatever is in the chunks, so that files can be put between them.  Chunks get new
// numbers and seals; nothing else in them changes.
class TraceCopier {
public:
    TraceCopier(ByteSource& source, ByteSink& sink);  // keeps both
    ~TraceCopier();
    TraceCopier(const TraceCopier&) = delete;
    TraceCopier& operator=(const TraceCopier&) = delete;

    // Copies the next `count` chunks, or as many as can still be read.  Returns how many.
    [[nodiscard]] std::uint64_t copy(std::uint64_t count);

    // To be called after the header, as in TraceWriter.
    void file_part(const FilePart& part);
    void code_lines(std::span<const CodeLines> lines);

    std::uint64_t bytes_written() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace caprec
