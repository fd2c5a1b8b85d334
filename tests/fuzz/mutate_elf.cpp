// SPDX-License-Identifier: Apache-2.0
#include <elf.h>
#include <sys/auxv.h>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "analyzer/symbols/elf/elf_file.h"
#include "schema/error.h"
#include "tests/fuzz/exercise_symbols.h"

namespace caprec {
namespace {

constexpr const char* programs[] = {"libdeep_library.so", "goroutine", "go_table", "deep_calls_debug_frame_zlib"};

std::string read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(file), {}};
    if (bytes.empty())
        throw std::runtime_error("cannot read " + path);
    return bytes;
}

// Nothing tells the size of the vdso, but the section headers stand at its end.
std::string vdso() {
    const auto* start = reinterpret_cast<const char*>(::getauxval(AT_SYSINFO_EHDR));
    if (start == nullptr)
        return {};
    Elf64_Ehdr head;
    std::memcpy(&head, start, sizeof head);
    return {start, head.e_shoff + std::size_t{head.e_shnum} * head.e_shentsize};
}

struct Range {
    std::size_t offset, bytes;
};

// The places where changes have the most effect: headers first, then any section that has bytes.
Range any_range(std::string_view file, RandomNumbers& random) {
    const Range whole{0, file.size()};
    FileImage image = FileImage::zeros(file.size());
    image.write(0, file);
    try {
        const ElfFile elf(std::move(image));
        Elf64_Ehdr head{};
        std::memcpy(&head, file.data(), std::min(sizeof head, file.size()));
        const Range heads[] = {{0, sizeof head},
                               {head.e_phoff, std::size_t{head.e_phnum} * head.e_phentsize},
                               {head.e_shoff, std::size_t{head.e_shnum} * head.e_shentsize}};
        const std::size_t choice = random() % 8;
        Range range = whole;
        if (choice < std::size(heads))
            range = heads[choice];
        else if (!elf.sections().empty())
            range = {elf.sections()[random() % elf.sections().size()].offset, 0};
        if (choice >= std::size(heads))
            for (const ElfSection& section : elf.sections())
                range.bytes = section.offset == range.offset ? section.bytes : range.bytes;
        return range.bytes > 0 && range.offset < file.size() && range.bytes <= file.size() - range.offset ? range
                                                                                                          : whole;
    } catch (const Error&) {
        return whole;
    }
}

void change(std::string& file, const Range& range, RandomNumbers& random) {
    const std::size_t place = range.offset + random() % range.bytes;
    constexpr std::uint64_t words[] = {0, 1, 0x7f, 0x80, 0xff, 0xffff, 0x7fffffff, 0xffffffff, ~std::uint64_t{0} >> 1};
    std::uint64_t word = words[random() % std::size(words)];
    switch (random() % 4) {
        case 0: file[place] = static_cast<char>(file[place] ^ 1 << random() % 8); break;
        case 1: file[place] = static_cast<char>(random()); break;
        case 2: file[place] = static_cast<char>(file[place] + random() % 9 - 4); break;
        default: {
            const std::size_t width = std::min<std::size_t>(std::size_t{1} << random() % 4, file.size() - place);
            std::memcpy(file.data() + place, &word, width);
        }
    }
}

}  // namespace

std::vector<std::string> sample_elf_files() {
    std::vector<std::string> files;
    for (const char* program : programs)
        files.push_back(read(std::string(CAPREC_BINARY_DIR "/tests/symbols_programs/") + program));
    if (std::string own = vdso(); !own.empty())
        files.push_back(std::move(own));
    return files;
}

std::string mutate_elf(std::string_view file, RandomNumbers& random) {
    std::string result(file);
    if (result.empty())
        return sample_elf_files()[0];
    const Range range = any_range(file, random);
    for (std::size_t changes = 1 + random() % 6; changes > 0; --changes)
        change(result, range, random);
    if (random() % 32 == 0)
        result.resize(1 + random() % result.size());
    return result;
}

}  // namespace caprec
