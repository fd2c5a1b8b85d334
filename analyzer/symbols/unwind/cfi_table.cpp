// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/unwind/cfi_table.h"

#include <elf.h>
#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "analyzer/symbols/elf/byte_reader.h"
#include "analyzer/symbols/elf/section_contents.h"
#include "analyzer/symbols/unwind/call_instruction.h"
#include "analyzer/symbols/unwind/frame_interpreter.h"

namespace caprec {
namespace {

// The length of _start and the code after it, in files that have no call frame information for it: the dynamic linker,
// musl, Go.
constexpr std::uint64_t process_start_bytes = 256;
constexpr std::size_t syscall_bytes = 2;  // length of x86-64's instruction

// The place of .eh_frame in a file without section headers: the search table beside it tells.
struct Placed {
    std::string_view bytes;
    std::uint64_t address = 0, offset = 0;
};
Placed eh_frame_of(const ElfFile& file) {
    if (const ElfSection* section = file.section(".eh_frame"); section != nullptr)
        return {file.bytes_of(*section), section->address, section->offset};
    constexpr std::size_t encodings = 4;
    const LoadSegment& header = file.frame_header();
    ByteReader reader(file.bytes_at(header.offset, header.file_bytes));
    const std::string_view head = reader.take(encodings);
    if (head.empty())
        return {};
    const auto address = read_encoded(reader, static_cast<std::uint8_t>(head[1]), header.address);
    const auto offset = address ? file.offset_of(*address) : std::nullopt;
    return offset ? Placed{file.bytes_at(*offset, file.segment_bytes_from(*address)), *address, *offset} : Placed{};
}

std::string debug_frame_of(const ElfFile& file) {
    for (const char* name : {".debug_frame", ".zdebug_frame"})
        if (const ElfSection* section = file.section(name); section != nullptr)
            return uncompressed(file, *section);
    return {};
}

}  // namespace

CfiTable::CfiTable(const ElfFile& file, const ElfFile* debug)
    : file_(file), go_table_(file), is_go_(file.section(".note.go.buildid") != nullptr) {
    const Placed eh_frame = eh_frame_of(file);
    sections_.emplace_back(FrameSection::Kind::eh_frame, eh_frame.bytes, eh_frame.address);
    eh_frame_ = {eh_frame.offset, sections_[0].bytes_read()};
    for (const ElfFile* each : {&file, debug}) {
        if (std::string frames = each != nullptr ? debug_frame_of(*each) : ""; !frames.empty()) {
            debug_frames_.push_back(std::move(frames));
            sections_.emplace_back(FrameSection::Kind::debug_frame, debug_frames_.back(), 0);
        }
    }
}

std::size_t CfiTable::memory() const {
    std::size_t bytes = 0;
    for (const FrameSection& section : sections_)
        bytes += section.memory();
    for (const std::string& frames : debug_frames_)
        bytes += frames.capacity();
    return bytes;
}

bool CfiTable::find_row(std::uint64_t address, std::size_t registers, CfiRow& row) const {
    if (file_.machine() == EM_X86_64 && find_row_of_go(address, row))
        return true;
    for (const FrameSection& section : sections_)
        if (const auto program = section.find(address); program && run_frame_program(*program, address, registers, row))
            return true;
    return false;
}

// The caller's address lies above the function's own part of the stack, and the caller's frame pointer just below that
// address; Go's calls keep no other registers.
bool CfiTable::find_row_of_go(std::uint64_t address, CfiRow& row) const {
    constexpr std::uint8_t rbp = 6, rsp = 7, return_address = 16;
    constexpr std::uint64_t others = 0xff3f;
    constexpr std::int32_t word = 8;
    const std::optional<std::uint32_t> bytes = go_table_.stack_bytes(address);
    if (!bytes)
        return false;
    row = {};
    row.cfa_register = rsp;
    row.cfa_operand = static_cast<std::int32_t>(*bytes) + word;
    row.return_register = return_address;
    row.undefined = others;
    row.registers = {{rsp, RegisterRule::cfa_plus, 0}, {return_address, RegisterRule::at_cfa, -word}};
    if (*bytes >= std::uint32_t{word})
        row.registers.push_back({rbp, RegisterRule::at_cfa, -2 * word});
    return true;
}

// glibc's clone ends its description before the instruction that makes the call, as it is wrong in the child; in the
// caller, where the stack is taken, it still holds.
bool CfiTable::follows_syscall(std::uint64_t offset) const {
    const std::string_view code = offset < syscall_bytes ? "" : file_.bytes_at(offset - syscall_bytes, syscall_bytes);
    return file_.machine() == EM_X86_64 && code == "\x0f\x05";
}

// A goroutine's first function returns into runtime.goexit, after its first instruction: a no-op, then a call, then a
// no-op (runtime/asm_amd64.s).  Go's tables pretend that somebody called it.
bool CfiTable::ends_goroutine(std::uint64_t offset) const {
    const bool may_be = is_go_ && file_.machine() == EM_X86_64;
    const std::string_view code = may_be ? file_.bytes_at(offset, goroutine_end_bytes) : "";
    return code.size() == goroutine_end_bytes && code.starts_with("\x90\xe8") && code.ends_with('\x90');
}

std::size_t CfiTable::call_before(std::uint64_t offset) const {
    const std::uint64_t bytes = std::min<std::uint64_t>(offset, max_call_bytes);
    return call_at_end(file_.bytes_at(offset - bytes, bytes));
}

bool CfiTable::may_be_returned_to(std::uint64_t offset) const {
    return file_.machine() != EM_X86_64 || call_before(offset) != 0;
}

void CfiTable::add_ranges(std::span<const std::uint64_t> offsets, std::vector<ByteRange>& ranges) const {
    const LoadSegment& header = file_.frame_header();
    ranges.push_back({header.offset, header.file_bytes});
    ranges.push_back(eh_frame_);
    for (const std::uint64_t offset : offsets) {
        if (follows_syscall(offset))
            ranges.push_back({offset - syscall_bytes, syscall_bytes});
        if (const std::size_t bytes = call_before(offset + 1); bytes != 0)
            ranges.push_back({offset + 1 - bytes, bytes});
        if (ends_goroutine(offset))
            ranges.push_back({offset, goroutine_end_bytes});
        if (const auto address = file_.address_of(offset))
            go_table_.add_ranges(*address, ranges);
    }
}

CfiTable::Found CfiTable::find(std::uint64_t offset, std::size_t registers, CfiRow& row) {
    const std::optional<std::uint64_t> address = file_.address_of(offset);
    if (!address)
        return Found::nothing;
    const GoTable::Kind kind = go_table_.kind(*address);
    if (kind == GoTable::Kind::top || ends_goroutine(offset))
        return Found::process_start;
    if (kind == GoTable::Kind::switches_stack)
        return Found::other_stack;
    if (find_row(*address, registers, row) ||
        (follows_syscall(offset) && find_row(*address - syscall_bytes - 1, registers, row)))
        return Found::row;
    const bool starts = *address >= file_.entry() && *address - file_.entry() < process_start_bytes;
    CfiRow unused;
    return starts && !find_row(file_.entry(), registers, unused) ? Found::process_start : Found::nothing;
}

}  // namespace caprec
