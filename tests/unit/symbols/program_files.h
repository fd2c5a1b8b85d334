// SPDX-License-Identifier: Apache-2.0
//
// The files that these tests read: the programs and the library made of tests/unit/symbols/programs.
#pragma once

#include <fcntl.h>
#include <string>

#include "analyzer/symbols/elf/file_descriptor.h"
#include "analyzer/symbols/elf/file_image.h"

namespace caprec {

inline const std::string program_folder = CAPREC_BINARY_DIR "/tests/symbols_programs/";
inline const std::string deep_library = program_folder + "libdeep_library.so";

// Throws Error if it is no regular file.
inline FileImage image_of(const std::string& path) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    return FileImage::map(file.get());
}

inline FileImage image_of_program(const std::string& name) { return image_of(program_folder + name); }

}  // namespace caprec
