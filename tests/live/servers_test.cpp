// SPDX-License-Identifier: Apache-2.0
//
// Servers of debug files are asked when $DEBUGINFOD_URLS names some, and only then.
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "tests/live/files.h"

namespace caprec {
namespace {

namespace fs = std::filesystem;

class Servers : public FilesTest {
protected:
    void SetUp() override {
        FilesTest::SetUp();
        if (IsSkipped() || HasFatalFailure())
            return;
        fs::create_directories(path("served/buildid"));
        setenv("DEBUGINFOD_CACHE_PATH", path("cache").c_str(), 1);
        setenv("no_proxy", "127.0.0.1", 1);
    }
    void TearDown() override {
        for (const char* name : {"DEBUGINFOD_URLS", "DEBUGINFOD_CACHE_PATH", "no_proxy"})
            unsetenv(name);
        server_.reset();
        FilesTest::TearDown();
    }
    void start_server() {
        server_.emplace(Launch{{"python3", CAPREC_SOURCE_DIR "/tests/live/debug_server.py", path("served")},
                               directory(),
                               {},
                               {},
                               -1,
                               false});
        ASSERT_TRUE(server_->wait_for_output("port "));
        ASSERT_TRUE(server_->wait_for_output("\n"));
        const std::string said = server_->out();
        const std::string port = said.substr(5, said.find('\n') - 5);
        setenv("DEBUGINFOD_URLS", ("http://127.0.0.1:" + port).c_str(), 1);
    }
    std::string asked() { return server_->out(); }
    // .../buildid/ID/KIND; its folder is made
    std::string served(const std::string& id, const std::string& kind) const {
        fs::create_directories(path("served/buildid/" + id));
        return path("served/buildid/" + id + "/" + kind);
    }
    static bool can_ask() {
        return run({{"sh", "-c", "PATH=$PATH:/sbin:/usr/sbin; ldconfig -p | grep -q libdebuginfod"},
                    {},
                    {},
                    {},
                    -1,
                    false})
                   .status == 0;
    }

    std::optional<Child> server_;
};

TEST_F(Servers, AreAskedForWhatIsNotHere) {
    if (!can_ask())
        GTEST_SKIP() << "no libdebuginfod here";
    const std::string chain = copied_chain();
    const std::string id = build_id(chain);
    sound({chain});
    const ShownStack whole = chain_stack();
    split_debug(chain, served(id, "debuginfo"));
    start_server();

    EXPECT_EQ(chain_stack().text(), whole.text());  // it has its lines
    EXPECT_NE(asked().find("GET /buildid/" + id + "/debuginfo\n"), std::string::npos) << asked();

    // The server is also asked for the program itself, when that is gone.
    fs::rename(chain, served(id, "executable"));
    EXPECT_EQ(chain_stack().text(), whole.text());
    EXPECT_NE(asked().find("GET /buildid/" + id + "/executable\n"), std::string::npos) << asked();
}

TEST_F(Servers, ThatGiveAnotherFileAreNotBelieved) {
    if (!can_ask())
        GTEST_SKIP() << "no libdebuginfod here";
    const std::string chain = copied_chain();
    const std::string id = build_id(chain);
    sound({chain});
    fs::remove(chain);
    fs::copy_file(program("chain_gcc_o3"), served(id, "executable"));
    start_server();
    const ShownStack part = chain_stack();
    EXPECT_NE(asked().find("/executable"), std::string::npos) << asked();
    EXPECT_NE(part.incomplete, "");
    EXPECT_EQ(part.text().find("chain.c"), std::string::npos) << part.text();
    EXPECT_NE(notes.find("not found"), std::string::npos) << notes;
}

TEST_F(Servers, ThatCannotBeAskedAreTold) {
    const std::string chain = copied_chain();
    sound({chain});
    fs::remove(chain);
    setenv("DEBUGINFOD_URLS", "http://127.0.0.1:1", 1);
    setenv("LD_LIBRARY_PATH", path("broken").c_str(), 1);
    fs::create_directory(path("broken"));
    write("broken/libdebuginfod.so.1", "no library");
    chain_stack();
    unsetenv("LD_LIBRARY_PATH");
    EXPECT_NE(notes.find("DEBUGINFOD_URLS: is set, but libdebuginfod.so.1 cannot be used: no server was asked"),
              std::string::npos)
        << notes;
}

// Files are missing, a server stands ready: without the variable no socket is made at all.
TEST_F(Servers, AreNotAskedUnlessTheyAreNamed) {
    if (run({{"strace", "-V"}, {}, {}, {}, -1, false}).status != 0)
        GTEST_SKIP() << "no strace here";
    const std::string chain = copied_chain();
    sound({chain});
    fs::remove(chain);
    start_server();
    const auto sockets = [&] {
        const Ended traced = run({{"strace", "-f", "-e", "trace=%network", "-o", path("network"),
                                   CAPREC_BINARY_DIR "/analyzer/capanalyze", "events", "-U", "run.cap"},
                                  directory(),
                                  {},
                                  {},
                                  -1,
                                  false});
        EXPECT_EQ(traced.status, 0) << traced.err;
        return read("network").find("socket(") != std::string::npos;
    };
    if (can_ask()) {
        EXPECT_TRUE(sockets());  // sockets can be seen this way
        EXPECT_NE(asked().find("GET"), std::string::npos);
    }
    const std::string before = asked();
    for (const bool empty : {true, false}) {
        if (empty)
            setenv("DEBUGINFOD_URLS", "", 1);
        else
            unsetenv("DEBUGINFOD_URLS");
        EXPECT_FALSE(sockets()) << read("network");
    }
    EXPECT_EQ(asked(), before);
}

}  // namespace
}  // namespace caprec
