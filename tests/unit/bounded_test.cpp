// What messages quote and documents nest is bounded, and what ran out is named.
#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <new>
#include <nlohmann/json.hpp>
#include <system_error>

#include "sim/child.hpp"
#include "sim/settings/source.hpp"
#include "sim/settings/text.hpp"
#include "sim/shortage.hpp"
#include "tools/hubstorm/exit_code.hpp"
#include "tools/output/json_depth.hpp"

namespace {

using nlohmann::json;

bool deep_text(const std::string& text) { return output::nested_too_deep(text, json::input_format_t::json); }
bool deep_bytes(const std::string& bytes) {
  return output::nested_too_deep(bytes, json::input_format_t::cbor);
}

std::system_error of_system(int code) { return {code, std::generic_category(), "an act"}; }

}  // namespace

TEST_CASE("an excerpt is the text where that is short, and never cuts a character", "[text]") {
  CHECK(sim::settings::excerpt("") == "");
  CHECK(sim::settings::excerpt("äöü", 3) == "äöü");
  CHECK(sim::settings::excerpt("äöüx", 3) == "äöü...");
  CHECK(sim::settings::excerpt("abc", 0) == "...");
  CHECK(sim::settings::quoted(std::string(60, 'x')) == '"' + std::string(60, 'x') + '"');
  CHECK(sim::settings::quoted(std::string(61, 'x')) == '"' + std::string(60, 'x') + "...\"");
  std::string wide;
  for (int i = 0; i < 61; ++i) wide += "\U0001F300";
  CHECK(sim::settings::quoted(wide) == '"' + wide.substr(4) + "...\"");
  CHECK(sim::settings::quoted(wide.substr(4)) == '"' + wide.substr(4) + '"');
  CHECK(sim::settings::quoted(std::string(10'000'000, 'x')).size() < 100);
}

TEST_CASE("a message has an end, whatever it quotes", "[text]") {
  const std::string large(1'000'000, 'x');
  sim::settings::Diagnostics diagnostics;
  const sim::settings::Source source("a.yaml", "a: 1\n");
  diagnostics.error({&source, 1, 1, 1}, large, large);
  CHECK(diagnostics.report().size() < 3000);
  CHECK(std::string(hubstorm::Failure(hubstorm::exit_file, large).what()).size() < 20'000);
}

TEST_CASE("documents nested deeper than any of hubstorm's are found before they are parsed", "[json]") {
  const auto nested = [](std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); };
  CHECK_FALSE(deep_text(nested(output::most_json_levels)));
  CHECK(deep_text(nested(output::most_json_levels + 1)));
  CHECK(deep_text(std::string(1'000'000, '[')));
  CHECK(deep_text("{\"a\":" + nested(100) + "}"));
  CHECK_FALSE(deep_text("[" + std::string(100, '"') + "\"[[[[[[" + "]"));  // no JSON at all
  std::string wide = "[";
  for (int i = 0; i < 1000; ++i) wide += "{\"a\":[1]},";
  CHECK_FALSE(deep_text(wide + "1]"));
  CHECK(deep_bytes(std::string(1'000'000, '\x81')));  // lists of one
  CHECK(deep_bytes(std::string(1'000'000, '\x9f')));  // lists without a length
  std::string maps;
  for (int i = 0; i < 100'000; ++i) maps += "\xa1\x61x";
  CHECK(deep_bytes(maps));
  std::string some;
  json::to_cbor(json::parse(nested(20)), some);
  CHECK_FALSE(deep_bytes(some));
}

TEST_CASE("what the machine did not give is told with its limit", "[shortage]") {
  CHECK(sim::shortage(std::bad_alloc()).starts_with("out of memory"));
  CHECK(sim::shortage(of_system(ENOMEM)).starts_with("out of memory"));
  rlimit files{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &files) == 0);
  CHECK(sim::shortage(of_system(EMFILE))
            .starts_with("out of file descriptors: the limit is " + std::to_string(files.rlim_cur) +
                         " (ulimit -n)"));
  CHECK(sim::shortage(of_system(EAGAIN)).starts_with("out of processes"));
  CHECK(sim::shortage(of_system(EIO)).empty());
  CHECK(sim::shortage(std::runtime_error("Too many open files")).empty());
}

TEST_CASE("a child that lacks something ends in its own way", "[child]") {
  const sim::ChildResult result = sim::in_child([]() -> std::string { throw std::bad_alloc(); });
  CHECK(result.exit_code == sim::exit_shortage);
  CHECK(result.error.starts_with("out of memory"));
  CHECK(sim::in_child([]() -> std::string { throw of_system(EIO); }).exit_code == 1);
}
