// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "recorder/program_variant.h"
#include "recorder/skeleton.h"

namespace caprec {

using ProgramConstants = std::remove_pointer_t<decltype(capture::rodata)>;  // fixed when the programs are loaded
using ProgramMemory = std::remove_pointer_t<decltype(capture::bss)>;        // shared with them while they run

// Programs and maps go by their names in the source.
struct ProgramSettings {
    std::vector<std::string> hooks;    // programs to load besides those that every recording needs
    std::vector<std::string> beside;   // programs to load, and to attach by name only, each refused by itself
    std::vector<std::string> events;   // programs to load, and to attach to the trace events that they are named after
    std::vector<std::string> without;  // programs that every recording needs, but for this one
    std::vector<std::pair<std::string, std::uint32_t>> entries;  // sizes of the maps that are not as large as compiled
    bool relocated = false;                                      // it needs what the light programs have no code for
    std::function<void(ProgramConstants&)> fill;
};

// The BPF programs in the kernel, with their maps, whoever loaded them.  They are gone when this object is.
class Programs {
public:
    virtual ~Programs() = default;

    virtual int map(const std::string& name) const = 0;      // its descriptor; -1: there is none of that name
    virtual int program(const std::string& name) const = 0;  // its descriptor; -1: it was not loaded
    virtual int link(const std::string& name) const = 0;     // that of its attachment; -1: it is not attached
    virtual ProgramMemory& memory() const = 0;
    virtual const char* relocated_by() const = 0;  // who relocated them for the running kernel: "the kernel"

    virtual void attach() = 0;                        // attaches all but ProgramSettings::beside; throws SystemError
    virtual int attach(const std::string& name) = 0;  // 0, or the kernel's answer (errno)
    virtual void detach() = 0;
    virtual std::vector<std::string> attached() const = 0;  // their attach points: "tp_btf/sys_exit"

    std::uint32_t entries(const std::string& map_name) const;  // most that the map can hold; both throw Error
    std::uint32_t value_bytes(const std::string& map_name) const;
};

// Loads them by libbpf, which relocates them for the running kernel in this process: it reads all of that kernel's
// types.  Throws SystemError; a BpfLog keeps libbpf's explanation.
std::unique_ptr<Programs> load_relocated(const ProgramVariant& variant, const ProgramSettings& settings);

// Loads one more program, which uses the maps of those that are loaded.  Throws SystemError.
std::unique_ptr<Programs> load_beside(const ProgramVariant& variant, const Programs& loaded, const std::string& name);

// Loads them by a program of our own in the kernel, which relocates them there.  Null when these programs are not made
// for that.  Throws SystemError, which does not say what was wrong with which program: load_relocated() does.
std::unique_ptr<Programs> load_light(const ProgramVariant& variant, const ProgramSettings& settings);

}  // namespace caprec
