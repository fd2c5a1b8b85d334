// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "recorder/kernel_symbols.h"

namespace caprec {
namespace {

struct Symbol {
    const char *text, *symbol, *module;
    std::uint32_t offset;
};

class Symbols : public ::testing::TestWithParam<Symbol> {};

TEST_P(Symbols, AsTheKernelPrintsThem) {
    const SymbolText parsed = parse_symbol(GetParam().text);
    EXPECT_EQ(parsed.symbol, GetParam().symbol);
    EXPECT_EQ(parsed.module, GetParam().module);
    EXPECT_EQ(parsed.offset, GetParam().offset);
}

INSTANTIATE_TEST_SUITE_P(
    All, Symbols,
    ::testing::Values(Symbol{"cap_capable+0x1a/0x40", "cap_capable", "", 0x1a},
                      Symbol{"ext4_setattr+0x2f0/0xb40 [ext4]", "ext4_setattr", "ext4", 0x2f0},
                      Symbol{"do_execveat_common.isra.0+0x9/0x200", "do_execveat_common.isra.0", "", 9},
                      Symbol{"bpf_prog_0123456789abcdef_name+0xff/0x100", "bpf_prog_0123456789abcdef_name", "", 0xff},
                      Symbol{"x+0x0/0x1 [m]", "x", "m", 0}, Symbol{"x+0xffffffff/0x1", "x", "", 0xffffffff},
                      // no name: the number itself must not reach a file
                      Symbol{"0xffffffff81234567", "", "", 0}, Symbol{"", "", "", 0}, Symbol{"+0x1/0x2", "", "", 0},
                      Symbol{"name", "", "", 0}, Symbol{"(____ptrval____)", "", "", 0}));

}  // namespace
}  // namespace caprec
