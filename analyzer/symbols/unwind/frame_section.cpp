// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/unwind/frame_section.h"

#include <dwarf.h>
#include <algorithm>

#include "analyzer/symbols/elf/byte_reader.h"

namespace caprec {
namespace {

constexpr std::size_t max_end_marks = 64;  // in a row
constexpr std::size_t max_letters = 16;    // letters of an augmentation; five are known
constexpr std::uint8_t form_mask = 0x0f, application_mask = 0x70;

struct Head {
    std::uint64_t body = 0, end = 0;  // places in the section
    bool is_64_bit = false;
};

// The length in front of an entry.
std::optional<Head> head_at(std::string_view bytes, std::uint64_t at) {
    ByteReader reader(bytes.substr(at));
    std::uint64_t length = reader.number<std::uint32_t>();
    const bool is_64_bit = length == 0xffffffff;
    if (is_64_bit)
        length = reader.number<std::uint64_t>();
    const std::uint64_t body = at + reader.position();
    if (!reader.ok() || length > bytes.size() - body)
        return std::nullopt;
    return Head{body, body + length, is_64_bit};
}

}  // namespace

std::optional<std::uint64_t> read_encoded(ByteReader& reader, std::uint8_t encoding, std::uint64_t place) {
    if (encoding == DW_EH_PE_omit || (encoding & DW_EH_PE_indirect) != 0)
        return std::nullopt;
    place += reader.position();
    std::uint64_t value = 0;
    switch (encoding & form_mask) {
        case DW_EH_PE_absptr:
        case DW_EH_PE_udata8:
        case DW_EH_PE_sdata8: value = reader.number<std::uint64_t>(); break;
        case DW_EH_PE_uleb128: value = reader.unsigned_leb(); break;
        case DW_EH_PE_sleb128: value = reader.signed_leb(); break;
        case DW_EH_PE_udata2: value = reader.number<std::uint16_t>(); break;
        case DW_EH_PE_udata4: value = reader.number<std::uint32_t>(); break;
        case DW_EH_PE_sdata2: value = reader.sign_extended<std::int16_t>(); break;
        case DW_EH_PE_sdata4: value = reader.sign_extended<std::int32_t>(); break;
        default: return std::nullopt;
    }
    const std::uint8_t application = encoding & application_mask;
    if (!reader.ok() || (application != 0 && application != DW_EH_PE_pcrel))
        return std::nullopt;
    return application == DW_EH_PE_pcrel ? value + place : value;
}

FrameSection::FrameSection(Kind kind, std::string_view bytes, std::uint64_t address)
    : kind_(kind), bytes_(bytes.substr(0, max_bytes)), address_(address) {
    std::size_t end_marks = 0;
    for (std::uint64_t at = 0; at < bytes_.size();) {
        const std::optional<Head> head = head_at(bytes_, at);
        // A few end marks, of no length, may be between the parts of several inputs of the linker.
        end_marks = head && head->end == head->body ? end_marks + 1 : 0;
        if (!head || end_marks > max_end_marks || functions_.size() == max_functions)
            break;
        if (end_marks == 0)
            read_entry(at, head->body, head->end, head->is_64_bit);
        at = bytes_read_ = head->end;
    }
    std::stable_sort(functions_.begin(), functions_.end(),
                     [](const Function& a, const Function& b) { return a.start < b.start; });
}

void FrameSection::read_entry(std::uint64_t at, std::uint64_t body, std::uint64_t end, bool is_64_bit) {
    ByteReader reader(part(body, end));
    // in .eh_frame these are 4 bytes, whatever the length is
    const bool is_wide = is_64_bit && kind_ == Kind::debug_frame;
    const std::uint64_t reference = is_wide ? reader.number<std::uint64_t>() : reader.number<std::uint32_t>();
    const std::uint64_t of_common = kind_ == Kind::eh_frame ? 0
                                    : is_wide               ? ~std::uint64_t{0}
                                                            : std::uint64_t{0xffffffff};
    const std::uint64_t common_at = kind_ == Kind::eh_frame ? body - reference : reference;
    if (!reader.ok() || reference == of_common || common_at >= bytes_.size() || common_at == at)
        return;
    const Common* common = this->common_at(common_at);
    if (common == nullptr)
        return;
    const std::uint8_t encoding = common->program.pointer_encoding;
    const auto start = read_encoded(reader, encoding, address_ + body);
    const auto length = read_encoded(reader, encoding & form_mask, 0);  // a size, in the form of the address
    if (start && length && *length != 0 && *start + *length > *start)
        functions_.push_back({*start, *start + *length, static_cast<std::uint32_t>(common_at),
                              static_cast<std::uint32_t>(body + reader.position()), static_cast<std::uint32_t>(end)});
}

const FrameSection::Common* FrameSection::common_at(std::uint64_t at) {
    auto known = common_.find(at);
    if (known == common_.end()) {
        if (common_.size() == max_common)
            return nullptr;
        known = common_.emplace(at, read_common(at)).first;
    }
    return known->second ? &*known->second : nullptr;
}

std::size_t FrameSection::memory() const {
    return functions_.capacity() * sizeof functions_[0] + common_.size() * 2 * sizeof(Common);
}

std::optional<FrameSection::Common> FrameSection::read_common(std::uint64_t at) const {
    const std::optional<Head> head = head_at(bytes_, at);
    if (!head)
        return std::nullopt;
    ByteReader reader(part(head->body, head->end));
    const bool is_wide = head->is_64_bit && kind_ == Kind::debug_frame;
    const std::uint64_t mark = is_wide ? reader.number<std::uint64_t>() : reader.number<std::uint32_t>();
    if (kind_ == Kind::eh_frame ? mark != 0 : mark != (is_wide ? ~std::uint64_t{0} : std::uint64_t{0xffffffff}))
        return std::nullopt;
    const auto version = reader.number<std::uint8_t>();
    const std::string_view letters = reader.text(max_letters);
    if (version != 1 && version != 3 && version != 4)
        return std::nullopt;
    Common common;
    if (version == 4) {
        common.address_bytes = reader.number<std::uint8_t>();
        reader.number<std::uint8_t>();  // bytes of a segment selector
    }
    common.program.code_alignment = reader.unsigned_leb();
    common.program.data_alignment = static_cast<std::int64_t>(reader.signed_leb());
    common.program.return_register = version == 1 ? reader.number<std::uint8_t>() : reader.unsigned_leb();
    if (common.address_bytes != 8 || !read_augmentation(letters, reader, head->body, common) || !reader.ok())
        return std::nullopt;
    common.program.initial = reader.rest();
    return common;
}

// `at` is the place of the reader's bytes in the section.
bool FrameSection::read_augmentation(std::string_view letters, ByteReader& reader, std::uint64_t at,
                                     Common& common) const {
    if (letters.empty())
        return true;
    if (letters[0] != 'z')
        return false;  // its data has no length
    common.has_data = true;
    const std::uint64_t bytes = reader.unsigned_leb();
    const std::uint64_t data_at = address_ + at + reader.position();
    ByteReader data(reader.take(bytes));
    for (const char letter : letters.substr(1)) {
        if (letter == 'R') {
            common.program.pointer_encoding = data.number<std::uint8_t>();
        } else if (letter == 'L') {
            data.number<std::uint8_t>();
        } else if (letter == 'P') {  // for exceptions: the address does not matter, but its length does
            const auto encoding = data.number<std::uint8_t>();
            (void)read_encoded(data, encoding & form_mask, data_at);
        } else if (letter == 'S') {
            common.program.signal = true;
        } else if (letter != 'B') {  // B: return addresses signed by key B, arm64
            break;                   // unknown: the rest is skipped by its length
        }
    }
    return data.ok();
}

std::optional<FrameProgram> FrameSection::find(std::uint64_t address) const {
    auto found = std::upper_bound(functions_.begin(), functions_.end(), address,
                                  [](std::uint64_t place, const Function& function) { return place < function.start; });
    if (found == functions_.begin() || (--found)->end <= address)
        return std::nullopt;
    const Common& common = *common_.at(found->common);
    FrameProgram program = common.program;
    ByteReader reader(part(found->body, found->entry_end));
    if (common.has_data)
        reader.take(reader.unsigned_leb());
    program.start = found->start;
    program.function = reader.rest();
    program.function_address = address_ + found->body + reader.position();
    return reader.ok() ? std::optional(program) : std::nullopt;
}

}  // namespace caprec
