// SPDX-License-Identifier: Apache-2.0
// The programs that are loaded where a kernel lacks all that makes a variant (bpf/kernel_variant.bpf.h) use nothing
// that Linux 5.15 lacks.  What its verifier says of them is another question: see docs/kernels.md.
#include <bpf/libbpf.h>
#include <elf.h>
#include <gtest/gtest.h>
#include <linux/bpf.h>

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "capture_0.skel.h"

namespace caprec {
namespace {

// The last of each kind in include/uapi/linux/bpf.h of Linux 5.15.
constexpr int last_helper = 175;  // bpf_task_pt_regs()
constexpr auto last_map_type = BPF_MAP_TYPE_TASK_STORAGE;
constexpr auto last_program_type = BPF_PROG_TYPE_SYSCALL;
constexpr auto last_attach_type = BPF_PERF_EVENT;

// -mcpu=v3 and no more.  v4 came with Linux 6.6: loads that extend the sign, moves that do, swaps of bytes without a
// condition, signed division, far jumps.
bool is_of_v4(const bpf_insn& one) {
    const int kind = BPF_CLASS(one.code), operation = BPF_OP(one.code);
    if (kind == BPF_LDX)
        return BPF_MODE(one.code) == 0x80;
    if (kind == BPF_JMP32)
        return operation == BPF_JA;
    if (kind != BPF_ALU && kind != BPF_ALU64)
        return false;
    return (operation == BPF_END && kind == BPF_ALU64) || (one.off != 0 && operation != BPF_END);
}

class OldestKernel : public ::testing::Test {
protected:
    OldestKernel() {
        std::size_t size = 0;
        const void* bytes = capture_0__elf_bytes(&size);
        object_ = {static_cast<const std::byte*>(bytes), size};
        const auto head = at<Elf64_Ehdr>(0);
        for (unsigned place = 0; place < head.e_shnum; ++place)
            sections_.push_back(at<Elf64_Shdr>(head.e_shoff + place * sizeof(Elf64_Shdr)));
        opened_.reset(bpf_object__open_mem(bytes, size, nullptr));
    }

    template <class Struct> Struct at(std::size_t place) const {
        Struct copy;
        std::memcpy(&copy, object_.subspan(place, sizeof copy).data(), sizeof copy);
        return copy;
    }

    // Of all sections: a function that several programs call is in none of them.
    template <class Take> void each_instruction(const Take& take) const {
        for (const Elf64_Shdr& section : sections_)
            if (section.sh_flags & SHF_EXECINSTR)
                for (std::size_t place = 0; place < section.sh_size; place += sizeof(bpf_insn))
                    take(at<bpf_insn>(section.sh_offset + place));
    }

    struct Closer {
        void operator()(bpf_object* object) const { bpf_object__close(object); }
    };
    std::span<const std::byte> object_;
    std::vector<Elf64_Shdr> sections_;
    std::unique_ptr<bpf_object, Closer> opened_;
};

TEST_F(OldestKernel, HasTheHelpers) {
    unsigned calls = 0;
    each_instruction([&](const bpf_insn& one) {
        if (one.code != (BPF_JMP | BPF_CALL) || one.src_reg != 0)  // else it calls another function of the object
            return;
        ++calls;
        EXPECT_LE(one.imm, last_helper) << "bpf-helpers(7) says which it is, and include/uapi/linux/bpf.h";
    });
    EXPECT_GT(calls, 100u);
}

TEST_F(OldestKernel, HasTheInstructions) {
    bool is_second_half = false;
    each_instruction([&](const bpf_insn& one) {
        if (!is_second_half)
            EXPECT_FALSE(is_of_v4(one)) << "code " << int{one.code};
        is_second_half = one.code == (BPF_LD | BPF_IMM | BPF_DW);
    });
}

// Functions of the kernel itself (kfuncs), and its variables: such a program may call them from Linux 5.18 on.
TEST_F(OldestKernel, IsAskedForNoFunctionOfItsOwn) {
    unsigned symbols = 0;
    for (const Elf64_Shdr& section : sections_) {
        if (section.sh_type != SHT_SYMTAB)
            continue;
        for (std::size_t place = sizeof(Elf64_Sym); place < section.sh_size; place += sizeof(Elf64_Sym)) {
            const auto symbol = at<Elf64_Sym>(section.sh_offset + place);
            const char* name =
                reinterpret_cast<const char*>(&object_[sections_[section.sh_link].sh_offset + symbol.st_name]);
            EXPECT_NE(symbol.st_shndx, SHN_UNDEF) << name;
            ++symbols;
        }
    }
    EXPECT_GT(symbols, 10u);
}

TEST_F(OldestKernel, HasTheKindsOfMapsAndPrograms) {
    ASSERT_TRUE(opened_);
    bpf_map* map = nullptr;
    bpf_object__for_each_map(map, opened_.get()) EXPECT_LE(bpf_map__type(map), last_map_type) << bpf_map__name(map);
    bpf_program* program = nullptr;
    unsigned programs = 0;
    bpf_object__for_each_program(program, opened_.get()) {
        EXPECT_LE(bpf_program__type(program), last_program_type) << bpf_program__name(program);
        EXPECT_LE(bpf_program__expected_attach_type(program), last_attach_type) << bpf_program__name(program);
        ++programs;
    }
    EXPECT_GT(programs, 5u);
}

}  // namespace
}  // namespace caprec
