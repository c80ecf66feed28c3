//===- EnvOptionsTest.cpp - Environment variables, typed --------*- C++ -*-===//
//
// Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "vmjit/Support/EnvOptions.h"

#include "ScopedVariable.h"
#include "vmjit/Support/Error.h"
#include "gtest/gtest.h"

#include <set>

using namespace llvm;
using namespace vmjit;
using namespace std::chrono_literals;

/// What \p get gives while \p name is \p value; nothing if it fails with
/// InvalidArgument and a message that starts with \p name.
template <class T>
static std::optional<T> readAs(const char *name, const char *value,
                               Expected<T> (*get)()) {
  ScopedVariable variable(name, value);
  Expected<T> result = get();
  if (result)
    return std::move(*result);
  Error error = result.takeError();
  EXPECT_EQ(getErrorCode(error), ErrorCode::InvalidArgument);
  std::string message = toString(std::move(error));
  EXPECT_TRUE(StringRef(message).starts_with(name)) << message;
  EXPECT_TRUE(StringRef(message).contains(value)) << message;
  return std::nullopt;
}

static auto readBytes(const char *value) {
  return readAs("VMJIT_CACHE_MAX_BYTES", value, &getEnvCacheMaxBytes);
}
static auto readDuration(const char *value) {
  return readAs("VMJIT_TIMEOUT", value, &getEnvTimeout);
}
static auto readEndpoint(const char *value) {
  return readAs("VMJIT_CACHE_REDIS", value, &getEnvCacheRedis);
}
static auto readSwitch(const char *value) {
  return readAs("VMJIT_CACHE", value, &getEnvCache);
}

TEST(EnvOptions, HaveDefaultsWhereUnset) {
  EXPECT_EQ(readAs("VMJIT_DEVICE", nullptr, &getEnvDevice), "auto");
  EXPECT_EQ(readDuration(nullptr), 30s);
  EXPECT_EQ(readSwitch(nullptr), true);
  EXPECT_EQ(readEndpoint(nullptr), EnvEndpoint());
  EXPECT_EQ(readAs("VMJIT_CACHE_DIR", nullptr, &getEnvCacheDir), "");
}

TEST(EnvOptions, TakeEmptyAsUnset) {
  EXPECT_EQ(readDuration(""), 30s);
  EXPECT_EQ(readAs("VMJIT_DEVICE", "", &getEnvDevice), "auto");
  ScopedVariable variable("VMJIT_DEVICE", "");
  EXPECT_FALSE(isEnvSet(EnvOption::Device));
}

TEST(EnvOptions, SayWhetherTheyAreSet) {
  ScopedVariable variable("VMJIT_DEVICE", "host");
  EXPECT_TRUE(isEnvSet(EnvOption::Device));
}

TEST(EnvOptions, ReadSwitches) {
  EXPECT_EQ(readSwitch("on"), true);
  EXPECT_EQ(readSwitch("1"), true);
  EXPECT_EQ(readSwitch("off"), false);
  EXPECT_EQ(readSwitch("0"), false);
  for (const char *bad : {"ON", "yes", "2", " on"})
    EXPECT_EQ(readSwitch(bad), std::nullopt) << bad;
}

TEST(EnvOptions, ReadBytes) {
  EXPECT_EQ(readBytes("0"), 0u);
  EXPECT_EQ(readBytes("123"), 123u);
  EXPECT_EQ(readBytes("4K"), 4096u);
  EXPECT_EQ(readBytes("3G"), uint64_t(3) << 30);
  EXPECT_EQ(readBytes("18446744073709551615"), UINT64_MAX);
  EXPECT_EQ(readBytes("16777215T"), uint64_t(16777215) << 40);
  for (const char *bad : {"16777216T", "18446744073709551616", "-1", "K", "1 K",
                          "1k", "0x10", "1.5G", "1KB"})
    EXPECT_EQ(readBytes(bad), std::nullopt) << bad;
}

TEST(EnvOptions, ReadDurations) {
  EXPECT_EQ(readDuration("0"), 0ns);
  EXPECT_EQ(readDuration("7"), 7s);
  EXPECT_EQ(readDuration("0.25s"), 250ms);
  EXPECT_EQ(readDuration("20ms"), 20ms);
  EXPECT_EQ(readDuration("2m"), 120s);
  EXPECT_EQ(readDuration("1.5h"), 90min);
  EXPECT_EQ(readDuration("30d"), 720h);
  for (const char *bad : {"-1", "s", ".5", "1.2.3", "1e3", "inf", "nan", "1w",
                          "36501d", "1 s", "99999999999999999999"})
    EXPECT_EQ(readDuration(bad), std::nullopt) << bad;
}

TEST(EnvOptions, ReadEndpoints) {
  EXPECT_EQ(readEndpoint("cache.example:6379"),
            (EnvEndpoint{"cache.example", 6379, ""}));
  EXPECT_EQ(readEndpoint("[::1]:6379"), (EnvEndpoint{"::1", 6379, ""}));
  EXPECT_EQ(readEndpoint("/run/redis.sock"),
            (EnvEndpoint{"", 0, "/run/redis.sock"}));
  for (const char *bad : {"cache.example", ":6379", "host:", "host:0",
                          "host:65536", "host:x", "::1:6379", "[::1:6379"})
    EXPECT_EQ(readEndpoint(bad), std::nullopt) << bad;
}

TEST(EnvOptions, ReadEnumerations) {
  EXPECT_EQ(readAs("VMJIT_LOG", "warning", &getEnvLog), LogLevel::Warning);
  EXPECT_EQ(readAs("VMJIT_LOG", "loud", &getEnvLog), std::nullopt);
  EXPECT_EQ(readAs("VMJIT_CACHE_MODE", "must-hit", &getEnvCacheMode),
            EnvCacheMode::MustHit);
  EXPECT_EQ(readAs("VMJIT_CACHE_MODE", "recheck", &getEnvCacheMode),
            EnvCacheMode::Recheck);
  EXPECT_EQ(readAs("VMJIT_CACHE_MODE", "never", &getEnvCacheMode),
            std::nullopt);
}

TEST(EnvOptions, CheckFindsTheMalformedOne) {
  EXPECT_FALSE(errorToBool(checkEnvironment()));
  ScopedVariable variable("VMJIT_CACHE_MAX_AGE", "old");
  EXPECT_EQ(toString(checkEnvironment()),
            "VMJIT_CACHE_MAX_AGE: expected a number of seconds, or with `ms`, "
            "`s`, `m`, `h` or `d` after it of that unit, found 'old'");
}

TEST(EnvOptions, AllDefaultsAreWellFormed) {
#define VMJIT_ENV_OPTION(Id, Name, Type, Default, ChangesCode, Text)           \
  EXPECT_TRUE(readAs(Name, nullptr, &getEnv##Id).has_value()) << Name;
#include "vmjit/Support/EnvOptions.def"
}

TEST(EnvOptions, HaveDistinctNamesOfOurs) {
  std::set<StringRef> names;
  for (const EnvOptionInfo &info : getEnvOptionInfos()) {
    EXPECT_TRUE(info.name.starts_with("VMJIT_")) << info.name.str();
    EXPECT_TRUE(names.insert(info.name).second) << info.name.str();
    EXPECT_TRUE(info.text.ends_with(".")) << info.text.str();
  }
  EXPECT_EQ(names.size(), getEnvOptionInfos().size());
}

/// What is set is a part of cache keys exactly where the table says so.
TEST(EnvOptions, TellWhatChangesCode) {
#define VMJIT_ENV_OPTION(Id, Name, Type, Default, ChangesCode, Text)           \
  {                                                                            \
    ScopedVariable variable(Name, "value");                                    \
    std::vector<std::pair<std::string, std::string>> expected;                 \
    if (ChangesCode)                                                           \
      expected.emplace_back(Name, "value");                                    \
    EXPECT_EQ(getCodeChangingEnvironment(), expected) << Name;                 \
  }
#include "vmjit/Support/EnvOptions.def"
}
