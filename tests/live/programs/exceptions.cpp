// SPDX-License-Identifier: Apache-2.0
//
// usage: exceptions call|destructor|handler|thread
// Makes one denied check of CAP_SYS_NICE: below templates and std::function, in a destructor while an exception
// flies, in the handler of one, or in a thread that lambdas and templates lead to.
#include <unistd.h>

#include <exception>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "../workloads/workload.h"

namespace shop {

[[gnu::noinline]] int ask(int number) {
    const int answer = ask_for_priority(number - 7);  // in shop::ask(int)
    return answer + number;
}

template <class Item> struct Shelf {
    std::vector<Item> items;
    template <class Visit> [[gnu::noinline]] int each(Visit visit) const {
        int sum = 0;
        for (const Item& item : items)
            sum += visit(item);  // in each
        return sum;
    }
};

struct Asks {
    bool wanted;
    [[gnu::noinline]] ~Asks() {
        if (wanted && std::uncaught_exceptions() > 0)
            answer = ask(0);  // in shop::Asks::~Asks()
    }
    static inline volatile int answer = 0;
};

[[gnu::noinline]] int thrower(const std::string& name, bool in_destructor) {
    const Asks asks{in_destructor};
    if (name.empty())
        throw std::runtime_error("empty");  // in shop::thrower
    return static_cast<int>(name.size());
}

[[gnu::noinline]] int catcher(const std::string& name, bool in_destructor) {
    try {
        return thrower(name, in_destructor);  // in catcher's try
    } catch (const std::exception&) {
        return in_destructor ? 0 : ask(0);  // in catcher's handler
    }
}

using Work = std::function<int(const std::string&)>;

[[gnu::noinline]] int run(const Work& work) {
    const Shelf<std::string> shelf{{"a", "", "bb"}};
    return shelf.each(work);  // in run
}

}  // namespace shop

int main(int argc, char** argv) {
    const std::string shape = argc == 2 ? argv[1] : "";
    const shop::Work call = [](const std::string& name) { return name.empty() ? shop::ask(0) : 0; };
    const std::map<std::string, shop::Work> works = {
        {"call", call},
        {"destructor", [](const std::string& name) { return shop::catcher(name, true); }},
        {"handler", [](const std::string& name) { return shop::catcher(name, false); }},
        {"thread", call},
    };
    const auto work = works.find(shape);
    if (work == works.end())
        return 99;
    become_nobody();
    if (shape != "thread")
        return shop::run(work->second) == 0;
    std::thread thread([&] { (void)shop::run(work->second); });
    thread.join();
    return 0;
}
