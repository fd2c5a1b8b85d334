// SPDX-License-Identifier: Apache-2.0
#include "analyzer/merge/kept_files.h"

namespace caprec {
namespace {

constexpr std::size_t lines_chunk_bytes = std::size_t{1} << 20;  // about; a chunk holds 4 MiB

}  // namespace

bool KeptFiles::take(std::size_t bytes) {
    const bool fits = bytes <= max_bytes - bytes_;
    bytes_ += fits ? bytes : 0;
    limits_reached_ = limits_reached_ || !fits;
    return fits;
}

// When two parts should be equal and are not, the choice between them does not depend on which comes first.
void KeptFiles::add(const PartKey& key, Part part) {
    const auto known = parts_.find(key);
    if (known == parts_.end()) {
        if (take(part.bytes.size()))
            parts_.emplace(key, std::move(part));
    } else if (part < known->second && take(part.bytes.size())) {
        known->second = std::move(part);
    }
}

void KeptFiles::on(const FilePart& part) {
    add({std::string(part.name), std::string(part.build_id), part.offset, part.length},
        {part.size, part.compression, std::string(part.bytes)});
}

void KeptFiles::on(const CodeLines& lines) {
    auto& kept = lines_[{lines.name, lines.build_id}];
    for (const CodeLine& line : lines.lines) {
        const auto known = kept.find(line.offset);
        if (known == kept.end() && take(bytes_of(line)))
            kept.emplace(line.offset, line.frames);
        else if (known != kept.end() && line.frames < known->second)
            known->second = line.frames;
    }
}

void KeptFiles::add(const KeptFiles& more) {
    for (const auto& [key, part] : more.parts_)
        add(key, part);
    for (const auto& [key, lines] : more.lines_) {
        CodeLines all{key.first, key.second, {}};
        for (const auto& [offset, frames] : lines)
            all.lines.push_back({offset, frames});
        on(all);
    }
    limits_reached_ = limits_reached_ || more.limits_reached_;
}

void KeptFiles::visit(const std::function<bool(std::string_view, std::string_view)>& wanted,
                      FilesVisitor& visitor) const {
    for (const auto& [key, part] : parts_) {
        const auto& [name, build_id, offset, length] = key;
        if (wanted(name, build_id))
            visitor.on(FilePart{name, build_id, part.size, offset, length, part.compression, part.bytes});
    }
    for (const auto& [key, lines] : lines_) {
        if (!wanted(key.first, key.second))
            continue;
        CodeLines some{key.first, key.second, {}};
        std::size_t bytes = 0;
        for (const auto& [offset, frames] : lines) {
            some.lines.push_back({offset, frames});
            bytes += bytes_of(some.lines.back());
            if (bytes >= lines_chunk_bytes) {
                visitor.on(some);
                some.lines.clear();
                bytes = 0;
            }
        }
        if (!some.lines.empty())
            visitor.on(some);
    }
}

}  // namespace caprec
