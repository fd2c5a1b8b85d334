// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/elf/go_table.h"

#include <limits>

#include "analyzer/symbols/elf/byte_reader.h"
#include "analyzer/symbols/elf/demangle.h"

namespace caprec {
namespace {

constexpr std::uint32_t go_1_16 = 0xfffffffa, go_1_18 = 0xfffffff0, go_1_20 = 0xfffffff1;
constexpr std::size_t head_bytes = 72;
constexpr std::uint64_t max_functions = 1U << 23;
constexpr std::string_view start_name = "_rt0_";
constexpr std::size_t max_value_bytes = 1U << 16;  // most bytes of one function's table of values

// Indexes of the fields of a function's record, after the first one, which is the place of its code.
constexpr std::size_t name = 0, stack_table = 3, file_table = 4, line_table = 5, more_tables = 6, unit = 7;
constexpr std::uint32_t flags_shift = 8, at_top = 1, writes_stack_pointer = 2;  // in the field before the tables
constexpr std::size_t field_bytes = 4;
constexpr std::size_t inlined_table = 2;  // index among the further tables: PCDATA_InlTreeIndex

template <class Number> Number number_at(std::string_view bytes, std::uint64_t offset) {
    return offset < bytes.size() ? ByteReader(bytes.substr(offset)).number<Number>() : Number{0};
}

std::string text_at(std::string_view bytes, std::uint64_t offset) {
    if (offset >= bytes.size())
        return {};
    const std::string_view rest = bytes.substr(offset, max_symbol_bytes);
    return std::string(rest.substr(0, rest.find('\0')));
}

}  // namespace

GoTable::GoTable(const ElfFile& file) {
    if (!read_head(file))
        functions_ = 0;
}

bool GoTable::read_head(const ElfFile& file) {
    for (const std::string_view each : section_names) {
        if (const ElfSection* section = file.section(each); section != nullptr && all_.empty()) {
            all_ = file.bytes_of(*section);
            offset_ = section->offset;
        }
    }
    ByteReader reader(all_);
    const auto magic = reader.number<std::uint32_t>();
    reader.number<std::uint16_t>();  // 0
    quantum_ = reader.number<std::uint8_t>();
    const auto pointer_bytes = reader.number<std::uint8_t>();
    const bool has_text = magic == go_1_18 || magic == go_1_20;
    if ((!has_text && magic != go_1_16) || pointer_bytes != sizeof(std::uint64_t))
        return false;
    functions_ = reader.number<std::uint64_t>();
    reader.number<std::uint64_t>();  // files
    number_bytes_ = has_text ? sizeof(std::uint32_t) : sizeof(std::uint64_t);
    first_table_ = magic == go_1_20 ? 10 : 9;
    if (has_text)
        text_ = reader.number<std::uint64_t>();
    for (std::string_view* part : {&names_, &units_, &files_, &values_, &list_}) {
        const auto offset = reader.number<std::uint64_t>();
        if (!reader.ok() || offset > all_.size())
            return false;
        *part = all_.substr(offset);
    }
    if (functions_ == 0 || functions_ > max_functions || (2 * functions_ + 1) * number_bytes_ > list_.size())
        return false;
    return !has_text || text_ != 0 || assume_text(file);
}

// A head may leave the address out (Go 1.26, and relocated files): then Go's code begins with the section, unless a C
// compiler's code comes first.
bool GoTable::assume_text(const ElfFile& file) {
    const ElfSection* section = file.section(".text");
    if (section == nullptr)
        return false;
    text_ = section->address;
    const std::optional<Function> entry = find(file.entry());
    if (!entry || entry->start != file.entry() || !text_at(names_, field(*entry, name)).starts_with(start_name))
        return false;
    entry_record_ = entry->record;
    return true;
}

std::uint64_t GoTable::number(std::uint64_t index) const {
    const std::uint64_t offset = index * number_bytes_;
    return number_bytes_ == sizeof(std::uint32_t) ? number_at<std::uint32_t>(list_, offset)
                                                  : number_at<std::uint64_t>(list_, offset);
}

// The list has the place of a function's code and the place of its record, in turn; at its end, it has the place where
// the last function ends.
std::optional<GoTable::Function> GoTable::find(std::uint64_t address) const {
    if (functions_ == 0 || address < text_)
        return std::nullopt;
    const std::uint64_t place = address - text_;
    std::uint64_t first = 0, last = functions_;
    while (first < last) {
        const std::uint64_t middle = first + (last - first) / 2;
        if (number(2 * (middle + 1)) <= place)
            first = middle + 1;
        else
            last = middle;
    }
    if (first == functions_ || place < number(2 * first))
        return std::nullopt;
    return Function{number(2 * first) + text_, number(2 * first + 1)};
}

std::uint32_t GoTable::field(const Function& function, std::size_t index) const {
    return number_at<std::uint32_t>(list_, function.record + number_bytes_ + index * field_bytes);
}

// A table of values tells in turn by how much the value changes and how far it then holds, from the function's start,
// where it is -1.
std::optional<std::int64_t> GoTable::value(std::uint32_t table, const Function& function, std::uint64_t address,
                                           std::size_t* read) const {
    if (table == 0 || table >= values_.size())
        return std::nullopt;
    ByteReader reader(values_.substr(table, max_value_bytes));
    std::int64_t value = -1;
    for (std::uint64_t place = function.start; reader.ok();) {
        const auto change = static_cast<std::uint32_t>(reader.unsigned_leb());
        if (change == 0 && place != function.start)
            break;
        value += (change & 1) != 0 ? -std::int64_t{change >> 1} - 1 : std::int64_t{change >> 1};
        place += static_cast<std::uint32_t>(reader.unsigned_leb()) * std::uint64_t{quantum_};
        if (reader.ok() && address < place) {
            if (read != nullptr)
                *read = reader.position();
            return value;
        }
    }
    return std::nullopt;
}

std::string GoTable::file_name(const Function& function, std::uint64_t address) const {
    const std::optional<std::int64_t> number = value(field(function, file_table), function, address);
    const std::uint64_t in_unit =
        std::uint64_t{field(function, unit)} + static_cast<std::uint64_t>(number.value_or(-1));
    if (!number || *number < 0)
        return {};
    return text_at(files_, number_at<std::uint32_t>(units_, in_unit * sizeof(std::uint32_t)));
}

std::vector<SourceFrame> GoTable::frames(std::uint64_t address) const {
    const std::optional<Function> function = find(address);
    if (!function)
        return {};
    SourceFrame outer{text_at(names_, field(*function, name)), {}, 0};
    SourceFrame line{{}, file_name(*function, address), 0};
    const std::optional<std::int64_t> number = value(field(*function, line_table), *function, address);
    if (number && *number > 0 && *number <= std::numeric_limits<std::int32_t>::max())
        line.line = static_cast<std::uint32_t>(*number);
    const bool inlined = field(*function, more_tables) > inlined_table &&
                         value(field(*function, first_table_ + inlined_table), *function, address).value_or(-1) >= 0;
    if (inlined)
        return {line, outer};
    outer.file = line.file;
    outer.line = line.line;
    return {outer};
}

std::optional<std::uint64_t> GoTable::function_start(std::uint64_t address) const {
    const std::optional<Function> function = find(address);
    return function ? std::optional(function->start) : std::nullopt;
}

GoTable::Kind GoTable::kind(std::uint64_t address) const {
    const std::optional<Function> function = find(address);
    if (!function)
        return Kind::unknown;
    const std::uint32_t flags = field(*function, first_table_ - 1) >> flags_shift;
    if ((flags & at_top) != 0)
        return Kind::top;
    return (flags & writes_stack_pointer) != 0 ? Kind::switches_stack : Kind::plain;
}

std::optional<std::uint32_t> GoTable::stack_bytes(std::uint64_t address) const {
    constexpr std::int64_t most = 1 << 30;
    const std::optional<Function> function = find(address);
    const auto bytes = function ? value(field(*function, stack_table), *function, address) : std::nullopt;
    return bytes && *bytes >= 0 && *bytes < most ? std::optional(static_cast<std::uint32_t>(*bytes)) : std::nullopt;
}

ByteRange GoTable::range_of(std::string_view part, std::uint64_t offset, std::uint64_t bytes) const {
    return {offset_ + static_cast<std::uint64_t>(part.data() - all_.data()) + offset, bytes};
}

void GoTable::add_ranges(std::uint64_t address, std::vector<ByteRange>& ranges) const {
    const std::optional<Function> function = find(address);
    if (!function)
        return;
    ranges.push_back({offset_, head_bytes});
    ranges.push_back(range_of(list_, 0, (2 * functions_ + 1) * number_bytes_));
    const std::uint64_t record_bytes = number_bytes_ + first_table_ * field_bytes;
    ranges.push_back(range_of(list_, function->record, record_bytes));
    std::size_t read = 0;
    const std::uint32_t table = field(*function, stack_table);
    if (value(table, *function, address, &read))
        ranges.push_back(range_of(values_, table, read));
    if (entry_record_) {  // the function by whose name the text was found
        ranges.push_back(range_of(list_, *entry_record_, record_bytes));
        ranges.push_back(
            range_of(names_, number_at<std::uint32_t>(list_, *entry_record_ + number_bytes_), start_name.size()));
    }
}

}  // namespace caprec
