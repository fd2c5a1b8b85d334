// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "analyzer/symbols/unwind/cfi_table.h"
#include "tests/unit/symbols/program_files.h"

#if defined(__x86_64__)

namespace caprec {
namespace {

constexpr std::uint64_t return_point = 512;  // from the entry: where a goroutine's first function returns to, less 1

CfiTable::Found found_in(const std::string& program, std::uint64_t bytes_from_entry) {
    const ElfFile elf(image_of_program(program));
    CfiTable table(elf, nullptr);
    CfiRow row;
    return table.find(elf.offset_of(elf.entry()).value() + bytes_from_entry, 17, row);
}

TEST(Goroutine, EndsWhereNobodyCalled) {
    EXPECT_EQ(found_in("goroutine", return_point), CfiTable::Found::process_start);
    EXPECT_EQ(found_in("goroutine", return_point + 1), CfiTable::Found::row);
}

TEST(Goroutine, OfOtherLanguagesThereAreNone) {
    EXPECT_EQ(found_in("no_goroutine", return_point), CfiTable::Found::row);
}

}  // namespace
}  // namespace caprec

#endif
