// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cerrno>

#include "recorder/light_object.h"
#include "recorder/programs.h"
#include "recorder/system_error.h"
#include "schema/error.h"

namespace caprec {
namespace {

constexpr unsigned first_light_variant = 2;  // its features came with the tracepoint

template <class Row> const Row* find_row(const Row* rows, const std::string& name) {
    for (; rows->name != nullptr; ++rows)
        if (name == rows->name)
            return rows;
    return nullptr;
}

class Light : public Programs {
public:
    explicit Light(const light_object& object) : object_(object), skeleton_(object.open()) {
        if (skeleton_ == nullptr)
            throw SystemError("cannot open the BPF program", ENOMEM);
    }
    ~Light() override { object_.destroy(skeleton_); }
    Light(const Light&) = delete;
    Light& operator=(const Light&) = delete;

    int load(const ProgramSettings& settings) {  // 0, or the kernel's answer (errno)
        for (const auto& [name, entries] : settings.entries)
            at<std::uint32_t>(row(name).entries) = entries;
        settings.fill(*at<ProgramConstants*>(object_.constants));
        return object_.load(skeleton_);
    }

    int map(const std::string& name) const override {
        const light_map* row = find_row(light_maps, name);
        return row != nullptr ? at<int>(row->descriptor) : -1;
    }
    int program(const std::string& name) const override {
        const light_program* row = find_row(light_programs, name);
        return row != nullptr ? at<int>(row->descriptor) : -1;
    }
    int link(const std::string& name) const override {
        const light_program* row = find_row(light_programs, name);
        return row != nullptr && row->link != 0 ? at<int>(row->link) : -1;
    }
    ProgramMemory& memory() const override { return *at<ProgramMemory*>(object_.memory); }
    const char* relocated_by() const override { return "the kernel"; }

    void attach() override {
        if (const int error = object_.attach(skeleton_); error != 0)
            throw SystemError("the kernel refused to attach it", error);
    }
    int attach(const std::string&) override { return ENOENT; }  // no programs are loaded beside
    void detach() override { object_.detach(skeleton_); }

    std::vector<std::string> attached() const override {
        std::vector<std::string> names;
        for (const light_program* row = light_programs; row->name != nullptr; ++row)
            if (row->link != 0 && at<int>(row->link) > 0)
                names.emplace_back(row->section);
        return names;
    }

private:
    template <class Member> Member& at(std::size_t place) const {
        return *reinterpret_cast<Member*>(static_cast<std::byte*>(skeleton_) + place);
    }
    static const light_map& row(const std::string& name) {
        const light_map* found = find_row(light_maps, name);
        if (found == nullptr)
            throw Error("there is no BPF map '" + name + "'");
        return *found;
    }

    const light_object& object_;
    void* skeleton_;
};

}  // namespace

std::unique_ptr<Programs> load_light(const ProgramVariant& variant, const ProgramSettings& settings) {
    const auto is_made = [](const std::string& name) { return find_row(light_programs, name) != nullptr; };
    if (variant.number < first_light_variant || settings.relocated || !settings.beside.empty() ||
        !settings.events.empty() || !std::all_of(settings.hooks.begin(), settings.hooks.end(), is_made))
        return nullptr;
    auto programs = std::make_unique<Light>(light_objects[variant.number - first_light_variant]);
    if (const int error = programs->load(settings); error != 0)
        throw SystemError("the kernel refused to load it", error);
    return programs;
}

}  // namespace caprec
