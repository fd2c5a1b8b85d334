// SPDX-License-Identifier: Apache-2.0
//
// The debug information of a program against its symbol table, at each address of its code.
#include "analyzer/symbols/elf/debug_info.h"

#include <gtest/gtest.h>
#include <unistd.h>
#include <map>
#include <set>

#include "analyzer/symbols/elf/demangle.h"
#include "analyzer/symbols/elf/symbol_table.h"
#include "tests/unit/symbols/program_files.h"

namespace caprec {
namespace {

struct Named {
    std::set<std::string> outermost;  // functions that the debug information has there
    std::set<std::string> inlined;
};

// Functions are compared by the name of the symbol, demangled, without what compilers add to parts of functions.
std::map<std::string, Named> functions_of(const std::string& program) {
    const ElfFile elf(image_of_program(program));
    const SymbolTable symbols(elf, nullptr);
    const DebugInfo debug(elf, nullptr);
    std::map<std::string, Named> functions;
    const ElfSection* text = elf.section(".text");
    for (std::uint64_t address = text->address; address < text->address + text->bytes; ++address) {
        const SymbolTable::Symbol* symbol = symbols.find(address);
        const std::vector<SourceFrame> frames = debug.find(address);
        if (symbol == nullptr || frames.empty())
            continue;
        Named& named = functions[demangle(std::string(symbol->name.substr(0, symbol->name.find('.'))))];
        named.outermost.insert(frames.back().function);
        for (std::size_t i = 0; i + 1 < frames.size(); ++i)
            named.inlined.insert(frames[i].function);
    }
    return functions;
}

class Programs : public testing::TestWithParam<const char*> {};

TEST_P(Programs, EveryAddressIsInItsFunction) {
    if (::access((program_folder + GetParam()).c_str(), R_OK) != 0)
        GTEST_SKIP() << "no clang";
    const std::map<std::string, Named> functions = functions_of(GetParam());
    EXPECT_GE(functions.size(), 3u);
    for (const auto& [name, named] : functions) {
        ASSERT_EQ(named.outermost.size(), 1u) << name;
        // gcc gives a member that no other file can call its own name only.
        const std::string& function = *named.outermost.begin();
        EXPECT_TRUE(function == name || name.find("::" + function + "(") != std::string::npos) << name << function;
    }
}

INSTANTIATE_TEST_SUITE_P(Compiled, Programs,
                         testing::Values("deep_calls", "deep_calls_clang", "signals", "templates", "templates_clang"),
                         [](const auto& row) { return std::string(row.param); });

// clang puts a function into its namespace, gcc below the unit.
TEST(DebugInfo, FindsInlinedCallsOfFunctionsInNamespaces) {
    for (const std::string program : {"templates", "templates_clang"}) {
        if (::access((program_folder + program).c_str(), R_OK) != 0)
            continue;
        bool found = false;
        for (const auto& [name, named] : functions_of(program))
            for (const std::string& inlined : named.inlined)
                found = found || inlined.starts_with("shop::guarded(");
        EXPECT_TRUE(found) << program;
    }
}

}  // namespace
}  // namespace caprec
