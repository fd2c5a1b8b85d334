// SPDX-License-Identifier: Apache-2.0
#include "schema/packed_files_codec.h"

#include "schema/capnp_bytes.h"
#include "schema/error.h"

namespace caprec {
namespace {

void set(format::SourceFrame::Builder into, const SourceFrame& frame) {
    into.setFunction(as_data(frame.function));
    into.setFile(as_data(frame.file));
    into.setLine(frame.line);
}

SourceFrame get(format::SourceFrame::Reader from) {
    return {as_string(from.getFunction()), as_string(from.getFile()), from.getLine()};
}

CodeLines get(format::CodeLines::Reader from) {
    CodeLines all{as_string(from.getName()), as_string(from.getBuildId()), {}};
    for (const auto line : from.getLines()) {
        CodeLine& entry = all.lines.emplace_back();
        entry.offset = line.getOffset();
        for (const auto frame : line.getFrames())
            entry.frames.push_back(get(frame));
    }
    return all;
}

}  // namespace

void encode(const FilePart& part, format::Files::Builder into) {
    if (part.length > max_part_bytes || part.bytes.size() > 2 * max_part_bytes)
        throw Error("a part of a file is too large for a trace");
    auto one = into.initParts(1)[0];
    one.setName(as_data(part.name));
    one.setBuildId(as_data(part.build_id));
    one.setSize(part.size);
    one.setOffset(part.offset);
    one.setLength(part.length);
    one.setCompression(static_cast<format::Compression>(part.compression));
    one.setBytes(as_data(part.bytes));
}

void encode(std::span<const CodeLines> lines, format::Files::Builder into) {
    auto list = into.initLines(static_cast<unsigned>(lines.size()));
    for (unsigned i = 0; i < list.size(); ++i) {
        list[i].setName(as_data(lines[i].name));
        list[i].setBuildId(as_data(lines[i].build_id));
        auto of_file = list[i].initLines(static_cast<unsigned>(lines[i].lines.size()));
        for (unsigned j = 0; j < of_file.size(); ++j) {
            const CodeLine& line = lines[i].lines[j];
            of_file[j].setOffset(line.offset);
            auto frames = of_file[j].initFrames(static_cast<unsigned>(line.frames.size()));
            for (unsigned k = 0; k < frames.size(); ++k)
                set(frames[k], line.frames[k]);
        }
    }
}

std::string visit_files(format::Files::Reader from, FilesVisitor& visitor) {
    for (const auto part : from.getParts()) {
        if (part.getLength() > max_part_bytes)
            return "a part of a file is larger than 1 MiB";
        if (part.getCompression() != format::Compression::NONE && part.getCompression() != format::Compression::ZSTD)
            continue;  // from a newer writer
        visitor.on({as_view(part.getName()), as_view(part.getBuildId()), part.getSize(), part.getOffset(),
                    part.getLength(), static_cast<Compression>(part.getCompression()), as_view(part.getBytes())});
    }
    for (const auto lines : from.getLines())
        visitor.on(get(lines));
    return {};
}

}  // namespace caprec
