// SPDX-License-Identifier: Apache-2.0
#include "recorder/exec_texts.h"

#include <algorithm>
#include <vector>

namespace caprec {
namespace {

// Takes the kernel side's texts of an exec off the front, one after the other.
class Texts {
public:
    explicit Texts(std::span<const std::byte> bytes)
        : rest_(reinterpret_cast<const char*>(bytes.data()), bytes.size()) {}
    std::string_view take(std::size_t bytes) {
        const std::string_view piece = rest_.substr(0, bytes);
        rest_.remove_prefix(piece.size());
        return piece;
    }

private:
    std::string_view rest_;
};

std::string_view without_nul(std::string_view text) { return text.substr(0, text.find('\0')); }

}  // namespace

std::string path_from(std::string_view components) {
    std::vector<std::string_view> names;
    while (!components.empty()) {
        const std::string_view name = without_nul(components);
        components.remove_prefix(std::min(name.size() + 1, components.size()));
        if (!name.empty() && name != "/")
            names.push_back(name);
    }
    std::string path;
    for (auto name = names.rbegin(); name != names.rend(); ++name)
        path.append("/").append(*name);
    return path;
}

ExecTexts exec_texts(const ev_exec& event, std::span<const std::byte> bytes) {
    Texts text(bytes);
    ExecTexts texts;
    texts.given = without_nul(text.take(event.given_bytes));
    texts.interpreter = without_nul(text.take(event.interpreter_bytes));
    texts.path = path_from(text.take(event.path_bytes));
    texts.outer = path_from(text.take(event.outer_bytes));
    texts.arguments = text.take(event.argv_bytes);
    return texts;
}

}  // namespace caprec
