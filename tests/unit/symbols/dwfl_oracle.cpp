// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/symbols/dwfl_oracle.h"

#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <gelf.h>
#include <unistd.h>
#include <set>
#include <string>
#include <utility>

namespace caprec {
namespace {

constexpr pid_t some_thread = 1;

struct Walk {
    const Sample* sample = nullptr;
    DwflOracle::Chain chain;
};

// Finds where a file's addresses were mapped, from the mapping of one of its executable segments.
bool bias_of(const Mapping& mapping, GElf_Addr& bias, bool& is_fixed) {
    const int file = ::open(mapping.path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    ::elf_version(EV_CURRENT);
    Elf* elf = ::elf_begin(file, ELF_C_READ, nullptr);
    GElf_Ehdr head;
    std::size_t count = 0;
    bool found = false;
    if (elf != nullptr && ::gelf_getehdr(elf, &head) != nullptr && ::elf_getphdrnum(elf, &count) == 0) {
        is_fixed = head.e_type == ET_EXEC;
        for (std::size_t i = 0; i < count && !found; ++i) {
            GElf_Phdr segment;
            ::gelf_getphdr(elf, static_cast<int>(i), &segment);
            if (segment.p_type != PT_LOAD || (segment.p_flags & PF_X) == 0 ||
                (segment.p_offset & ~4095ul) > mapping.offset || segment.p_offset + segment.p_filesz <= mapping.offset)
                continue;
            bias = mapping.start - (segment.p_vaddr + mapping.offset - segment.p_offset);
            found = true;
        }
    }
    ::elf_end(elf);
    ::close(file);
    return found;
}

pid_t next_thread(Dwfl*, void*, void** argument) {
    const bool is_first = *argument == nullptr;
    *argument = is_first ? argument : nullptr;
    return is_first ? some_thread : 0;
}

bool get_thread(Dwfl*, pid_t, void* walk, void** argument) {
    *argument = walk;
    return true;
}

bool read_memory(Dwfl*, Dwarf_Addr address, Dwarf_Word* word, void* argument) {
    auto& walk = *static_cast<Walk*>(argument);
    const std::uint64_t offset = address - walk.sample->stack_pointer();
    if (offset % 8 != 0 || offset / 8 >= walk.sample->words.size()) {
        walk.chain.outside = true;
        return false;
    }
    *word = walk.sample->words[offset / 8];
    return true;
}

bool set_registers(Dwfl_Thread* thread, void* argument) {
    const auto& registers = static_cast<Walk*>(argument)->sample->registers;
    Dwarf_Word values[17];
    std::copy(registers.begin(), registers.end(), values);
    return ::dwfl_thread_state_registers(thread, 0, 17, values);
}

int take_frame(Dwfl_Frame* frame, void* argument) {
    Dwarf_Addr pc = 0;
    if (!::dwfl_frame_pc(frame, &pc, nullptr))
        return DWARF_CB_ABORT;
    auto& pcs = static_cast<Walk*>(argument)->chain.pcs;
    pcs.push_back(pc);
    return pcs.size() < 512 ? DWARF_CB_OK : DWARF_CB_ABORT;
}

const Dwfl_Callbacks callbacks = {::dwfl_build_id_find_elf, ::dwfl_standard_find_debuginfo,
                                  ::dwfl_offline_section_address, nullptr};
const Dwfl_Thread_Callbacks thread_callbacks = {next_thread, get_thread, read_memory, set_registers, nullptr, nullptr};

}  // namespace

struct DwflOracle::Image {
    Walk walk;
    Dwfl* dwfl = ::dwfl_begin(&callbacks);

    explicit Image(const std::vector<Mapping>& mappings) {
        ::dwfl_report_begin(dwfl);
        std::set<std::pair<std::string, GElf_Addr>> reported;
        for (const Mapping& mapping : mappings) {
            GElf_Addr bias = 0;
            bool is_fixed = false;
            if (mapping.executable && mapping.path.starts_with('/') && bias_of(mapping, bias, is_fixed) &&
                reported.emplace(mapping.path, bias).second)
                ::dwfl_report_elf(dwfl, mapping.path.c_str(), mapping.path.c_str(), -1, is_fixed ? 0 : bias, true);
        }
        ::dwfl_report_end(dwfl, nullptr, nullptr);
        ::dwfl_attach_state(dwfl, nullptr, some_thread, &thread_callbacks, &walk);
    }
    ~Image() { ::dwfl_end(dwfl); }
    Image(const Image&) = delete;
    Image& operator=(const Image&) = delete;
};

DwflOracle::DwflOracle() { ::unsetenv("DEBUGINFOD_URLS"); }  // libdwfl would ask there
DwflOracle::~DwflOracle() = default;

DwflOracle::Chain DwflOracle::unwind(const Sample& sample) {
    std::unique_ptr<Image>& image = images_[sample.mappings];
    if (image == nullptr)
        image = std::make_unique<Image>(*sample.mappings);
    image->walk = {&sample, {}};
    ::dwfl_getthread_frames(image->dwfl, some_thread, take_frame, &image->walk);
    return std::move(image->walk.chain);
}

}  // namespace caprec
