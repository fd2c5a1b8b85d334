// SPDX-License-Identifier: Apache-2.0
//
// Templates, std::function, and system calls in destructors while an exception flies and in handlers.
#include <unistd.h>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace shop {

template <class Item> struct Shelf {
    std::vector<Item> items;
    template <class Visit> [[gnu::noinline]] int each(Visit visit) const {
        int sum = 0;
        for (const Item& item : items)
            sum += visit(item);
        return sum;
    }
};

struct Asks {
    volatile int parent = 0;
    [[gnu::noinline]] ~Asks() { parent = getppid(); }
};

[[gnu::noinline]] int lookup(const std::string& name) {
    const Asks asks;
    if (name.empty())
        throw std::runtime_error("empty");
    return static_cast<int>(name.size());
}

inline int guarded(const std::string& name) {
    try {
        return lookup(name);
    } catch (const std::exception&) {
        return getpid() & 1;
    }
}

}  // namespace shop

int main() {
    const shop::Shelf<std::string> shelf{{"a", "", "bb"}};
    const std::function<int(const std::string&)> visit = [](const std::string& name) { return shop::guarded(name); };
    return shelf.each(visit) == 0;
}
