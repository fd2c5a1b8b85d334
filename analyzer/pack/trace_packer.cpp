// SPDX-License-Identifier: Apache-2.0
#include "analyzer/pack/trace_packer.h"

#include "analyzer/pack/file_parts.h"

namespace caprec {
namespace {

constexpr std::size_t lines_chunk_bytes = std::size_t{1} << 20;  // about; a chunk holds 4 MiB

class PartWriter : public FilesVisitor {
public:
    explicit PartWriter(TraceCopier& copier) : copier_(copier) {}
    void on(const FilePart& part) override { copier_.file_part(part); }
    void on(const CodeLines&) override {}  // these come from the names

private:
    TraceCopier& copier_;
};

// Whether the names say more than the symbol table, which is packed, too.
bool is_to_be_packed(const CodeNames& names) {
    const SourceFrame& outer = names.frames.back();
    return names.frames.size() > 1 || outer.line != 0 || (!names.by_symbol && !outer.function.empty());
}

}  // namespace

TracePacker::TracePacker(const TraceReader& reader, UserStacks& stacks) : stacks_(stacks) {
    UnwoundStack unwound;
    for (UserStackId id(1); id.value() <= reader.statistics().user_stacks; ++id) {
        stacks.unwind(id, unwound);
        for (const CodePlace& place : unwound.frames) {
            const Module* module = reader.module(place.module);
            if (module == nullptr || module->kind != ModuleKind::user)
                continue;
            Name name{reader.string(module->name), module->build_id};
            Place& places = modules_.try_emplace(std::move(name), Place{place.module, {}}).first->second;
            places.offsets.insert(place.lookup_offset());
        }
    }
}

PackedSummary TracePacker::write(TraceCopier& copier) {
    summary_ = {};
    for (const auto& [name, place] : modules_) {
        write_file(name, place, copier);
        write_lines(name, place, copier);
    }
    return summary_;
}

void TracePacker::write_file(const Name& name, const Place& place, TraceCopier& copier) {
    const FoundFile& file = stacks_.file(place.module);
    if (file.code == nullptr)
        return;
    if (stacks_.came_with_trace(name.first, name.second)) {
        ++summary_.already_there;
        return;
    }
    PartWriter writer(copier);
    const std::vector<std::uint64_t> places(place.offsets.begin(), place.offsets.end());
    summary_.file_bytes += write_parts(*file.code, places, name.first, name.second, writer);
    ++summary_.files;
}

void TracePacker::write_lines(const Name& name, const Place& place, TraceCopier& copier) {
    CodeLines lines{name.first, name.second, {}};
    std::size_t bytes = 0;
    const auto send = [&] {
        if (!lines.lines.empty())
            copier.code_lines({&lines, 1});
        lines.lines.clear();
        bytes = 0;
    };
    for (const std::uint64_t offset : place.offsets) {
        const CodeNames& names = stacks_.names({place.module, offset, true});
        if (names.in_trace || !is_to_be_packed(names))
            continue;
        lines.lines.push_back({offset, names.frames});
        ++summary_.addresses;
        bytes += bytes_of(lines.lines.back());
        if (bytes >= lines_chunk_bytes)
            send();
    }
    send();
}

}  // namespace caprec
