// SPDX-License-Identifier: Apache-2.0
//
// The parts of mapped files that a trace carries, in memory.  trace.capnp documents the fields.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caprec {

enum class Compression : std::uint8_t { none = 0, zstd = 1 };

inline constexpr std::uint32_t max_part_bytes = 1u << 20;  // size of a part, uncompressed

struct FilePart {  // a view: the bytes are the writer's, or the reader's until its next chunk
    std::string_view name, build_id;
    std::uint64_t size = 0;    // size of the whole file
    std::uint64_t offset = 0;  // place of this part in the file
    std::uint32_t length = 0;  // size of this part, uncompressed
    Compression compression = Compression::none;
    std::string_view bytes;
};

struct SourceFrame {
    std::string function, file;  // raw bytes; empty: unknown
    std::uint32_t line = 0;
    friend auto operator<=>(const SourceFrame&, const SourceFrame&) = default;
};

struct CodeLine {
    std::uint64_t offset = 0;         // place of the call in the file: for a return address, one less
    std::vector<SourceFrame> frames;  // innermost inlined function first
    friend bool operator==(const CodeLine&, const CodeLine&) = default;
};

inline std::size_t bytes_of(const CodeLine& line) {  // size in memory; in a file it takes less
    std::size_t bytes = sizeof line;
    for (const SourceFrame& frame : line.frames)
        bytes += sizeof frame + frame.function.size() + frame.file.size();
    return bytes;
}

struct CodeLines {
    std::string name, build_id;
    std::vector<CodeLine> lines;
    friend bool operator==(const CodeLines&, const CodeLines&) = default;
};

// The receiver of a files chunk's contents.  Nothing is guaranteed: parts may overlap, repeat or exceed their file.
class FilesVisitor {
public:
    virtual ~FilesVisitor() = default;
    virtual void on(const FilePart& part) = 0;
    virtual void on(const CodeLines& lines) = 0;
};

}  // namespace caprec
