// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdlib>

#include "analyzer/pack/file_parts.h"
#include "analyzer/pack/trace_packer.h"
#include "analyzer/sites/user_stacks.h"
#include "analyzer/symbols/elf/debug_info.h"
#include "analyzer/symbols/elf/demangle.h"
#include "analyzer/symbols/elf/packed_files.h"
#include "analyzer/symbols/elf/symbol_table.h"
#include "schema/error.h"
#include "tests/fuzz/exercise_symbols.h"
#include "tests/support/trace_builder.h"

namespace caprec {
namespace {

constexpr std::string_view name = "/fuzzed";
constexpr std::size_t stacks_of_a_trace = 8;

void require(bool promise) {
    if (!promise)
        std::abort();
}

FileImage image_of(std::string_view file) {
    FileImage image = FileImage::zeros(file.size());
    image.write(0, file);
    return image;
}

// Most of the offsets are in code, as these lead on.
std::uint64_t any_offset(const ElfFile& elf, RandomNumbers& random) {
    if (elf.segments().empty() || random() % 8 == 0)
        return random() % (elf.size() + 16);
    const LoadSegment& segment = elf.segments()[random() % elf.segments().size()];
    return segment.offset + random() % (segment.file_bytes + 1);
}

std::uint64_t any_pointer(const ElfFile& elf, std::uint32_t bytes, RandomNumbers& random) {
    switch (random() % 8) {
        case 0: return random();
        case 1: return 0;
        case 2:
        case 3: return encode({ModuleId(1), any_offset(elf, random)});
        default: return encode({ModuleId(), random() % (bytes + 1) / 8 * 8});
    }
}

UserStack any_stack(const ElfFile& elf, RandomNumbers& random) {
    UserStack stack;
    stack.kind = random() % 16 == 0 ? UserStackKind::frame_pointers : UserStackKind::snapshot;
    stack.flags = static_cast<std::uint32_t>(random() % 16);
    stack.bytes = static_cast<std::uint32_t>(random() % 4096);
    const std::size_t registers = random() % 16 == 0 ? random() % 40 : 17;
    for (std::size_t i = 0; i < registers; ++i)
        stack.registers.push_back(any_pointer(elf, stack.bytes, random));
    if (registers == 17) {
        stack.registers[7] = encode({ModuleId(), 0});
        stack.registers[16] = encode({ModuleId(1), any_offset(elf, random)});
    }
    for (std::uint64_t place = 0; place < stack.bytes / 8; place += 1 + random() % 3) {
        stack.places.push_back(static_cast<std::uint16_t>(place));
        stack.pointers.push_back(any_pointer(elf, stack.bytes, random));
    }
    return stack;
}

// A trace with the file and stacks that lead through it.
Bytes trace_with(const ElfFile& elf, std::string_view file, RandomNumbers& random) {
    MemorySink sink;
    TraceWriter writer(sink);
    writer.header(plausible_header());
    for (std::size_t offset = 0; offset < file.size(); offset += max_part_bytes) {
        const std::string_view part = file.substr(offset, max_part_bytes);
        writer.file_part({name, elf.build_id(), file.size(), offset, static_cast<std::uint32_t>(part.size()),
                          Compression::none, part});
    }
    writer.define(Module{writer.define_string(name), ModuleKind::user, elf.build_id()});
    for (std::size_t i = 0; i < stacks_of_a_trace; ++i)
        writer.define(any_stack(elf, random));
    writer.footer({});
    return sink.data;
}

void read_stacks(const Bytes& trace) {
    MemorySource source(trace);
    TraceReader reader(source);
    UserStacks stacks(reader, {});
    for (ReadStatus status = reader.next(); status != ReadStatus::end; status = reader.next()) {
        require(status != ReadStatus::damaged && status != ReadStatus::cut);
        if (status == ReadStatus::files)
            reader.visit_files(stacks);
    }
    for (UserStackId id(1); id.value() <= stacks_of_a_trace; ++id) {
        const ResolvedStack& stack = stacks.stack(id);
        require(stack.frames.size() <= Unwinder::max_frames);
        for (const UserFrame& frame : stack.frames)
            require(frame.function.size() <= max_demangled_bytes);
    }
    MemorySource again(trace);
    MemorySink sink;
    TraceCopier copier(again, sink);
    TracePacker packer(reader, stacks);
    (void)copier.copy(1);
    packer.write(copier);
    require(!sink.data.empty());
}

void look_at(const ElfFile& elf, RandomNumbers& random) {
    require(elf.build_id().size() <= ElfFile::max_build_id_bytes && elf.segments().size() <= ElfFile::max_segments);
    for (const ElfSection& section : elf.sections())
        require(elf.bytes_of(section).size() <= elf.size());
    const SymbolTable symbols(elf, nullptr);
    for (int i = 0; i < 64; ++i) {
        const std::uint64_t offset = any_offset(elf, random);
        const auto address = elf.address_of(offset);
        const SymbolTable::Symbol* symbol = symbols.find(address.value_or(random()));
        require(symbol == nullptr || demangle(std::string(symbol->name)).size() <= max_demangled_bytes);
    }
    std::uint64_t end = 0;
    for (const ByteRange& range : needed_ranges(elf)) {
        require(range.offset >= end && range.bytes > 0 && range.offset + range.bytes <= elf.size());
        end = range.offset + range.bytes;
    }
}

}  // namespace

bool exercise_elf(std::string_view file, RandomNumbers& random) {
    if (file.empty())
        return false;
    try {
        const ElfFile elf(image_of(file));
        look_at(elf, random);
        read_stacks(trace_with(elf, file, random));
        return true;
    } catch (const Error&) {
        return false;
    }
}

bool exercise_debug_info(std::string_view file, RandomNumbers& random) {
    if (file.empty())
        return false;
    try {
        const ElfFile elf(image_of(file));
        const DebugInfo debug_info(elf, nullptr);
        CfiTable table(elf, nullptr);
        CfiRow row;
        for (int i = 0; i < 64; ++i) {
            const std::uint64_t offset = any_offset(elf, random);
            table.find(offset, 17, row);
            if (const auto address = elf.address_of(offset))
                debug_info.find(*address);
        }
        return true;
    } catch (const Error&) {
        return false;
    }
}

}  // namespace caprec
