// SPDX-License-Identifier: Apache-2.0
#include "recorder/programs.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string_view>

#include "recorder/bpf_log.h"
#include "recorder/system_error.h"
#include "recorder/trace_events.h"
#include "schema/error.h"

namespace caprec {

namespace {

bpf_map_info info_of(int map) {
    bpf_map_info info{};
    std::uint32_t size = sizeof info;
    if (bpf_obj_get_info_by_fd(map, &info, &size) != 0)
        throw SystemError("cannot ask for the size of a BPF map", errno);
    return info;
}

}  // namespace

std::uint32_t Programs::entries(const std::string& map_name) const { return info_of(map(map_name)).max_entries; }

std::uint32_t Programs::value_bytes(const std::string& map_name) const { return info_of(map(map_name)).value_size; }

namespace {

std::string kernel_answer(int error) {
    const std::string detail = BpfLog::summary();
    return errno_text(error) + (detail.empty() ? "" : " [" + detail + "]");
}

struct Closer {
    void operator()(capture* skeleton) const { capture__destroy(skeleton); }
};
using Skeleton = std::unique_ptr<capture, Closer>;

// Does what capture__open() does, with another object of the same programs and maps.
Skeleton open_programs(std::span<const std::byte> object) {
    Skeleton skeleton(static_cast<capture*>(std::calloc(1, sizeof(capture))));
    int error = skeleton ? -capture__create_skeleton(skeleton.get()) : ENOMEM;
    if (error == 0) {
        skeleton->skeleton->data = const_cast<std::byte*>(object.data());
        skeleton->skeleton->data_sz = object.size();
        error = -bpf_object__open_skeleton(skeleton->skeleton, nullptr);
    }
    if (error != 0)
        throw SystemError("cannot open the BPF program", error, kernel_answer(error));
    return skeleton;
}

// ".bss" for the map that libbpf calls "capture.bss".
std::string map_name(const bpf_map* map) {
    const std::string name = bpf_map__name(map);
    return bpf_map__is_internal(map) ? name.substr(name.find('.')) : name;
}

constexpr std::string_view event_section = "tp/";

std::string section_of(const bpf_prog_skeleton& row) {
    const char* section = bpf_program__section_name(*row.prog);
    return section + (*section == '?' ? 1 : 0);
}

class Relocated : public Programs {
public:
    Relocated(const ProgramVariant& variant, const ProgramSettings& settings)
        : skeleton_(open_programs(variant.object)), events_(settings.events) {
        for (const std::string& name : settings.hooks)
            bpf_program__set_autoload(*row(name).prog, true);
        for (const std::string& name : settings.beside) {
            bpf_program__set_autoload(*row(name).prog, true);
            bpf_program__set_autoattach(*row(name).prog, false);
        }
        for (const std::string& name : settings.events) {
            bpf_program__set_autoload(*row(name).prog, true);
            bpf_program__set_autoattach(*row(name).prog, false);
        }
        for (const std::string& name : settings.without)
            bpf_program__set_autoload(*row(name).prog, false);
        for (const auto& [name, entries] : settings.entries)
            bpf_map__set_max_entries(map_of(name), entries);
        settings.fill(*skeleton_->rodata);
        load();
    }

    Relocated(const ProgramVariant& variant, const Programs& loaded, const std::string& name)
        : skeleton_(open_programs(variant.object)) {
        for (const bpf_prog_skeleton& one : rows())
            bpf_program__set_autoload(*one.prog, name == one.name);
        bpf_map* map = nullptr;
        bpf_object__for_each_map(map, skeleton_->obj) {
            const int known = loaded.map(map_name(map));
            if (const int error = known >= 0 ? -bpf_map__reuse_fd(map, known) : 0; error != 0)
                throw SystemError("cannot share a BPF map", error, kernel_answer(error));
        }
        load();
    }

    int map(const std::string& name) const override {
        const bpf_map* found = bpf_object__find_map_by_name(skeleton_->obj, name.c_str());
        return found != nullptr ? bpf_map__fd(found) : -1;
    }
    int program(const std::string& name) const override { return bpf_program__fd(*row(name).prog); }
    int link(const std::string& name) const override {
        return *row(name).link != nullptr ? bpf_link__fd(*row(name).link) : -1;
    }
    ProgramMemory& memory() const override { return *skeleton_->bss; }
    const char* relocated_by() const override { return "libbpf"; }

    void attach() override {
        if (const int error = -capture__attach(skeleton_.get()); error != 0)
            throw SystemError("the kernel refused to attach it", error, kernel_answer(error));
        if (!events_.empty())
            attach_to_events(TraceEvents());
    }

    int attach(const std::string& name) override {
        const bpf_prog_skeleton& one = row(name);
        *one.link = bpf_program__attach(*one.prog);
        return *one.link != nullptr ? 0 : errno;
    }

    void detach() override { capture__detach(skeleton_.get()); }

    std::vector<std::string> attached() const override {
        std::vector<std::string> names;
        for (const bpf_prog_skeleton& one : rows()) {
            if (*one.link == nullptr)
                continue;
            names.push_back(section_of(one));
        }
        return names;
    }

private:
    std::span<const bpf_prog_skeleton> rows() const {
        return {skeleton_->skeleton->progs, static_cast<std::size_t>(skeleton_->skeleton->prog_cnt)};
    }
    const bpf_prog_skeleton& row(const std::string& name) const {
        for (const bpf_prog_skeleton& one : rows())
            if (name == one.name)
                return one;
        throw Error("there is no BPF program '" + name + "'");
    }
    void attach_to_events(const TraceEvents& events) {
        for (const std::string& name : events_) {
            const bpf_prog_skeleton& one = row(name);
            const int event = events.open(section_of(one).substr(event_section.size()));
            *one.link = bpf_program__attach_perf_event(*one.prog, event);
            if (*one.link == nullptr) {
                const int error = errno;
                close(event);
                throw SystemError("the kernel refused to attach it", error, kernel_answer(error));
            }
        }
    }
    void load() {
        if (const int error = -capture__load(skeleton_.get()); error != 0)
            throw SystemError("the kernel refused to load it", error, kernel_answer(error));
    }
    bpf_map* map_of(const std::string& name) const {
        bpf_map* found = bpf_object__find_map_by_name(skeleton_->obj, name.c_str());
        if (found == nullptr)
            throw Error("there is no BPF map '" + name + "'");
        return found;
    }

    Skeleton skeleton_;
    std::vector<std::string> events_;
};

}  // namespace

std::unique_ptr<Programs> load_beside(const ProgramVariant& variant, const Programs& loaded, const std::string& name) {
    return std::make_unique<Relocated>(variant, loaded, name);
}

std::unique_ptr<Programs> load_relocated(const ProgramVariant& variant, const ProgramSettings& settings) {
    return std::make_unique<Relocated>(variant, settings);
}

}  // namespace caprec
