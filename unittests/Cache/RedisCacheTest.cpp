//===- RedisCacheTest.cpp - Tests of entries in a Redis server --*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Cache/RedisCache.h"

#include "CacheTesting.h"
#include "RedisServer.h"

#include "vmjit/Cache/CacheEntry.h"
#include "vmjit/Cache/CodeCache.h"
#include "llvm/ADT/StringExtras.h"

#include <sys/socket.h>
#include <unistd.h>

using namespace llvm;
using namespace vmjit;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {
/// A level with a real server.
class RedisCacheTest : public testing::Test {
protected:
  void SetUp() override {
    if (!RedisServer::find())
      GTEST_SKIP() << "redis-server is not installed";
    server.start();
    cache = std::make_unique<RedisCache>(getOptions());
  }
  RedisCacheOptions getOptions() {
    RedisCacheOptions options;
    options.unixSocket = server.getSocket();
    options.retryAfter = std::chrono::hours(1);
    // Nothing here waits for these, except where something is wrong.
    options.connectTimeout = options.commandTimeout = std::chrono::minutes(1);
    options.onNotice = notices.getHandler();
    return options;
  }
  std::string getName(const CacheKey &key) { return "vmjit:" + key.getHex(); }

  TemporaryDirectory directory;
  Notices notices;
  RedisServer server{directory.getPath()};
  std::unique_ptr<RedisCache> cache;
  const CacheKey key = makeKey("a");
};

/// A level with a server that does as a test wants.
class RedisCacheHostileTest : public testing::Test {
protected:
  RedisCacheOptions getOptions() {
    RedisCacheOptions options;
    options.unixSocket = directory.getPath("fake.sock");
    options.retryAfter = std::chrono::hours(1);
    options.commandTimeout = std::chrono::minutes(1);
    options.maxEntryBytes = 10000;
    options.onNotice = notices.getHandler();
    return options;
  }
  /// Expects a lookup to fail like this, and the next to be a miss at once.
  void expectFailure(RedisCacheOptions options, const std::string &part) {
    RedisCache cache(options);
    expectError(cache.lookup(key), ErrorCode::Io, part);
    EXPECT_EQ(lookup(cache, key), std::nullopt);
    expectSuccess(cache.store(key, makeBytes(1)));
    EXPECT_EQ(cache.getStatistics().errors, 1u);
    EXPECT_EQ(cache.getStatistics().misses, 1u);
    EXPECT_EQ(cache.getStatistics().stores, 0u);
  }

  TemporaryDirectory directory;
  Notices notices;
  const CacheKey key = makeKey("a");
};
} // namespace

/// Waits for a command.
static void receiveSome(int socket) {
  char buffer[4096];
  (void)::recv(socket, buffer, sizeof(buffer), 0);
}

/// Waits until the other side is gone.
static void receiveAll(int socket) {
  char buffer[4096];
  while (::recv(socket, buffer, sizeof(buffer), 0) > 0) {
  }
}

TEST_F(RedisCacheTest, GivesWhatWasStored) {
  EXPECT_EQ(lookup(*cache, key), std::nullopt);
  expectSuccess(cache->store(key, makeBytes(1)));
  EXPECT_EQ(lookup(*cache, key), makeBytes(1));
  RedisCache other(getOptions());
  EXPECT_EQ(lookup(other, key), makeBytes(1));
  EXPECT_EQ(lookup(other, makeKey("b")), std::nullopt);
  expectSuccess(cache->remove(key));
  EXPECT_EQ(lookup(other, key), std::nullopt);
  EXPECT_EQ(cache->getStatistics().stores, 1u);
  EXPECT_THAT(notices.get(), IsEmpty());
}

TEST_F(RedisCacheTest, StoresUnderThePrefixWithAnExpiry) {
  expectSuccess(cache->store(key, makeBytes(1)));
  EXPECT_EQ(server.run({"DBSIZE"}), "1");
  int64_t seconds = 0;
  ASSERT_FALSE(
      StringRef(server.run({"TTL", getName(key)})).getAsInteger(10, seconds));
  EXPECT_GT(seconds, 29 * 24 * 3600);
  RedisCacheOptions options = getOptions();
  options.prefix = "other:";
  options.expiry = std::chrono::seconds(0);
  RedisCache other(options);
  EXPECT_EQ(lookup(other, key), std::nullopt);
  expectSuccess(other.store(key, makeBytes(2)));
  EXPECT_EQ(server.run({"TTL", "other:" + key.getHex()}), "-1");
  EXPECT_EQ(lookup(*cache, key), makeBytes(1));
}

TEST_F(RedisCacheTest, CarriesLargeEntries) {
  std::vector<uint8_t> bytes = makeBytes(3, 5000000);
  expectSuccess(cache->store(key, bytes));
  EXPECT_EQ(lookup(*cache, key), bytes);
}

TEST_F(RedisCacheTest, DoesNotStoreWhatIsTooLarge) {
  RedisCacheOptions options = getOptions();
  options.maxEntryBytes = 1000;
  RedisCache small(options);
  VMJIT_ASSERT_VALUE(bool isStored, small.tryStore(key, makeBytes(1, 2000)));
  EXPECT_FALSE(isStored);
  EXPECT_EQ(server.run({"DBSIZE"}), "0");
}

TEST_F(RedisCacheTest, DropsDamagedValues) {
  std::vector<uint8_t> bytes =
      cantFail(CacheEntry::encode(key, makeBytes(1, 20)));
  for (size_t index = 0; index < bytes.size(); index += 5) {
    std::string text = toStringRef(ArrayRef(bytes)).str();
    text[index] ^= 1;
    server.run({"SET", getName(key), text});
    ASSERT_EQ(lookup(*cache, key), std::nullopt) << index;
    ASSERT_EQ(server.run({"EXISTS", getName(key)}), "0");
    server.run({"SET", getName(key), text.substr(0, index + 1)});
    ASSERT_EQ(lookup(*cache, key), std::nullopt) << index;
  }
  EXPECT_EQ(cache->getStatistics().damaged, 2 * ((bytes.size() + 4) / 5));
  EXPECT_EQ(cache->getStatistics().errors, 0u);
}

TEST_F(RedisCacheTest, DropsTheEntryOfAnotherKey) {
  expectSuccess(cache->store(makeKey("b"), makeBytes(1)));
  server.run({"RENAME", getName(makeKey("b")), getName(key)});
  EXPECT_EQ(lookup(*cache, key), std::nullopt);
  EXPECT_THAT(notices.get(), ElementsAre(HasSubstr("another key")));
}

TEST_F(RedisCacheTest, DropsAValueOfAnotherType) {
  server.run({"LPUSH", getName(key), "x"});
  EXPECT_EQ(lookup(*cache, key), std::nullopt);
  EXPECT_EQ(server.run({"EXISTS", getName(key)}), "0");
  EXPECT_EQ(cache->getStatistics().damaged, 1u);
  expectSuccess(cache->store(key, makeBytes(1)));
  EXPECT_EQ(lookup(*cache, key), makeBytes(1));
}

TEST_F(RedisCacheTest, DropsAHugeValueWithoutReadingIt) {
  RedisCacheOptions options = getOptions();
  options.maxEntryBytes = 10000;
  RedisCache small(options);
  server.run({"SETRANGE", getName(key), "200000000", "x"});
  EXPECT_EQ(lookup(small, key), std::nullopt);
  EXPECT_EQ(server.run({"EXISTS", getName(key)}), "0");
  EXPECT_EQ(small.getStatistics().damaged, 1u);
}

TEST_F(RedisCacheTest, IsAMissWhileTheServerIsDead) {
  expectSuccess(cache->store(key, makeBytes(1)));
  server.kill();
  expectError(cache->lookup(key), ErrorCode::Io, "redis.sock");
  // From now on without asking.
  EXPECT_EQ(lookup(*cache, key), std::nullopt);
  expectSuccess(cache->store(key, makeBytes(1)));
  EXPECT_EQ(cache->getStatistics().errors, 1u);
}

TEST_F(RedisCacheTest, SurvivesAServerThatDiesBeforeAStore) {
  expectSuccess(cache->store(key, makeBytes(1)));
  server.kill();
  // Writing to the closed connection must not be a signal that ends us.
  expectError(cache->store(key, makeBytes(1, 3000000)), ErrorCode::Io,
              "redis.sock");
}

TEST_F(RedisCacheTest, ConnectsAgainToARestartedServer) {
  expectSuccess(cache->store(key, makeBytes(1)));
  server.kill();
  server.start();
  // It has lost what it had, but the first command works.
  EXPECT_EQ(lookup(*cache, key), std::nullopt);
  expectSuccess(cache->store(key, makeBytes(1)));
  EXPECT_EQ(lookup(*cache, key), makeBytes(1));
  EXPECT_EQ(cache->getStatistics().errors, 0u);
}

TEST_F(RedisCacheTest, TriesAgainAfterAWhile) {
  RedisCacheOptions options = getOptions();
  options.retryAfter = std::chrono::milliseconds(0);
  RedisCache eager(options);
  server.kill();
  expectError(eager.lookup(key), ErrorCode::Io, "redis.sock");
  server.start();
  expectSuccess(eager.store(key, makeBytes(1)));
  EXPECT_EQ(lookup(eager, key), makeBytes(1));
}

TEST_F(RedisCacheTest, LogsIn) {
  server.kill();
  server.start({"--requirepass", "open sesame"});
  expectError(cache->store(key, makeBytes(1)), ErrorCode::Io, "NOAUTH");
  RedisCacheOptions options = getOptions();
  options.password = "open sesame";
  options.database = 3;
  RedisCache member(options);
  expectSuccess(member.store(key, makeBytes(1)));
  EXPECT_EQ(lookup(member, key), makeBytes(1));
  options.password = "guess";
  RedisCache stranger(options);
  Expected<std::optional<std::vector<uint8_t>>> refused = stranger.lookup(key);
  ASSERT_FALSE(bool(refused));
  std::string message = toString(refused.takeError());
  EXPECT_THAT(message, HasSubstr("authentication failed"));
  EXPECT_EQ(message.find("guess"), std::string::npos);
}

TEST_F(RedisCacheTest, VisitsKeysOfItsPrefix) {
  expectSuccess(cache->store(key, makeBytes(1)));
  expectSuccess(cache->store(makeKey("b"), makeBytes(2)));
  server.run({"SET", "vmjit:other", "x"});
  server.run({"SET", "somebody", "x"});
  unsigned count = 0;
  expectSuccess(cache->forEachKey([&](const CacheKey &seen) {
    EXPECT_TRUE(seen == key || seen == makeKey("b"));
    return ++count, true;
  }));
  EXPECT_EQ(count, 2u);
}

TEST_F(RedisCacheTest, ServesManyThreads) {
  std::vector<std::thread> threads;
  std::atomic<unsigned> wrong = 0;
  for (unsigned thread = 0; thread < 4; ++thread)
    threads.emplace_back([&, thread] {
      for (unsigned round = 0; round < 50; ++round) {
        uint8_t seed = (thread + round) % 3;
        CacheKey key = makeKey(std::to_string(seed));
        if (Error error = cache->store(key, makeBytes(seed)))
          wrong += 1 + (consumeError(std::move(error)), 0);
        auto payload = cache->lookup(key);
        if (!payload)
          wrong += 1 + (consumeError(payload.takeError()), 0);
        else
          wrong += *payload != makeBytes(seed);
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0u);
}

TEST_F(RedisCacheTest, IsALevelOfACodeCache) {
  auto makeCache = [&] {
    std::vector<std::unique_ptr<CacheLevel>> levels;
    levels.push_back(std::make_unique<RedisCache>(getOptions()));
    return std::make_unique<CodeCache>(CodeCacheOptions(), std::move(levels));
  };
  auto compile = []() -> Expected<CodeObject> { return makeObject(1); };
  VMJIT_ASSERT_VALUE(CodeCacheResult first,
                     makeCache()->getOrCompile(key, compile));
  EXPECT_EQ(first.source, CodeSource::Compiled);
  std::unique_ptr<CodeCache> second = makeCache();
  VMJIT_ASSERT_VALUE(CodeCacheResult found, second->getOrCompile(key, compile));
  EXPECT_EQ(found.sourceName, "redis");
  server.kill();
  VMJIT_ASSERT_VALUE(CodeCacheResult alone,
                     second->getOrCompile(makeKey("b"), compile));
  EXPECT_EQ(alone.source, CodeSource::Compiled);
}

TEST_F(RedisCacheHostileTest, FailsWithoutAServer) {
  expectFailure(getOptions(), "fake.sock");
  RedisCacheOptions options = getOptions();
  options.unixSocket.clear();
  // Nothing can listen there.
  options.port = 0;
  expectFailure(options, "127.0.0.1:0");
}

TEST_F(RedisCacheHostileTest, WaitsNoLongerThanItsLimitForAnAnswer) {
  FakeServer server(getOptions().unixSocket, receiveAll);
  RedisCacheOptions options = getOptions();
  options.commandTimeout = std::chrono::milliseconds(20);
  expectFailure(options, "time limit");
}

TEST_F(RedisCacheHostileTest, WaitsNoLongerForTheRestOfAnAnswer) {
  FakeServer server(getOptions().unixSocket, [](int socket) {
    receiveSome(socket);
    sendAll(socket, "$9000\r\nx");
    receiveAll(socket);
  });
  RedisCacheOptions options = getOptions();
  options.commandTimeout = std::chrono::milliseconds(20);
  expectFailure(options, "time limit");
}

TEST_F(RedisCacheHostileTest, ReadsNoAnswerWithoutAnEnd) {
  FakeServer server(getOptions().unixSocket, [](int socket) {
    receiveSome(socket);
    sendAll(socket, "$100000000000\r\n");
    std::string block(65536, 'x');
    while (sendAll(socket, block)) {
    }
  });
  expectFailure(getOptions(), "too large");
}

TEST_F(RedisCacheHostileTest, RefusesWhatIsNoAnswer) {
  FakeServer server(getOptions().unixSocket, [](int socket) {
    receiveSome(socket);
    sendAll(socket, "HTTP/1.1 400 Bad Request\r\n\r\n");
    receiveAll(socket);
  });
  expectFailure(getOptions(), "Protocol error");
}

TEST_F(RedisCacheHostileTest, TakesAnAnswerOfAnotherKindForDamage) {
  FakeServer server(getOptions().unixSocket, [](int socket) {
    receiveSome(socket);
    sendAll(socket, "*2\r\n:1\r\n$-1\r\n");
    receiveSome(socket);
    sendAll(socket, ":0\r\n");
    receiveAll(socket);
  });
  RedisCache cache(getOptions());
  EXPECT_EQ(lookup(cache, key), std::nullopt);
  EXPECT_EQ(cache.getStatistics().damaged, 1u);
}

TEST_F(RedisCacheHostileTest, ShowsServersTextsWithoutControlCharacters) {
  FakeServer server(getOptions().unixSocket, [](int socket) {
    receiveSome(socket);
    sendAll(socket, "-OOM \x1b[31m" + std::string(5000, 'x') + "\r\n");
    receiveAll(socket);
  });
  RedisCache cache(getOptions());
  Error error = cache.store(key, makeBytes(1));
  ASSERT_TRUE(bool(error));
  std::string message = toString(std::move(error));
  EXPECT_THAT(message, HasSubstr("OOM \\1B[31mxxx"));
  EXPECT_LT(message.size(), 1000u);
}

TEST(RedisCacheOptions, AreReadFromAURL) {
  VMJIT_ASSERT_VALUE(
      RedisCacheOptions full,
      RedisCacheOptions::parse("redis://me:p%40ss%3a@cache.example:6380/2"));
  EXPECT_EQ(full.user, "me");
  EXPECT_EQ(full.password, "p@ss:");
  EXPECT_EQ(full.host, "cache.example");
  EXPECT_EQ(full.port, 6380);
  EXPECT_EQ(full.database, 2u);
  VMJIT_ASSERT_VALUE(RedisCacheOptions shortest,
                     RedisCacheOptions::parse("redis://[::1]"));
  EXPECT_EQ(shortest.host, "::1");
  EXPECT_EQ(shortest.port, 6379);
  VMJIT_ASSERT_VALUE(RedisCacheOptions local,
                     RedisCacheOptions::parse("unix://:secret@/run/r.sock"));
  EXPECT_EQ(local.unixSocket, "/run/r.sock");
  EXPECT_EQ(local.password, "secret");
}

TEST(RedisCacheOptions, MalformedURLsAreRefusedWithoutShowingThem) {
  for (StringRef url :
       {"", "http://host", "redis://", "redis://host:0", "redis://host:70000",
        "redis://host/x", "redis://u:p%4@host", "redis://secret@host",
        "unix://relative", "redis://[::1]x"}) {
    Expected<RedisCacheOptions> options = RedisCacheOptions::parse(url);
    ASSERT_FALSE(bool(options)) << url.str();
    std::string message = toString(options.takeError());
    EXPECT_THAT(message, HasSubstr("Redis server: "));
    EXPECT_EQ(message.find("secret"), std::string::npos);
  }
}
