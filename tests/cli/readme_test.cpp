// The README says what the command really prints, and its example works. With HUBSTORM_WRITE_GOLDEN set, the
// output it shows is written anew, for a reviewer to look at.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/cli/command.hpp"

using cli::hubstorm;
using cli::Ran;

namespace {

const std::string page = std::string(TREE) + "/README.md";

// The number-th block fenced as `language`, from 0: where its text begins and ends in the page.
struct Block {
  std::size_t begin, end;
};

Block find_block(const std::string& text, const std::string& language, int number) {
  const std::string fence = "\n```" + language + "\n";
  std::size_t begin = 0;
  for (int i = 0; i <= number; ++i) {
    begin = text.find(fence, begin);
    REQUIRE(begin != std::string::npos);
    begin += fence.size();
  }
  return {begin, text.find("```", begin)};
}

std::string block(const std::string& language, int number) {
  const std::string text = cli::read(page);
  const Block at = find_block(text, language, number);
  return text.substr(at.begin, at.end - at.begin);
}

// How long it took differs from run to run.
std::string without_cost(const std::string& text) {
  std::istringstream in(text);
  std::string kept;
  for (std::string line; std::getline(in, line);)
    if (line.rfind("Took ", 0) != 0) kept += line + "\n";
  return kept;
}

void check_shown(int number, const std::string& printed) {
  if (std::getenv("HUBSTORM_WRITE_GOLDEN") && without_cost(block("text", number)) != without_cost(printed)) {
    std::string text = cli::read(page);
    const Block at = find_block(text, "text", number);
    text.replace(at.begin, at.end - at.begin, printed);
    std::ofstream(page, std::ios::binary) << text;
  }
  CHECK(without_cost(block("text", number)) == without_cost(printed));
}

std::string replaced(std::string text, const std::string& old, const std::string& anew) {
  const std::size_t at = text.find(old);
  REQUIRE(at != std::string::npos);
  return text.replace(at, old.size(), anew);
}

}  // namespace

TEST_CASE("the README shows what the first run prints", "[long]") {
  const Ran first = hubstorm("run scenarios/hub-outage.yaml", std::string("--chdir=") + TREE);
  CHECK(first.err == "");
  CHECK(first.code == 0);
  check_shown(0, first.out);
}

TEST_CASE("the README's example runs, and with mistakes ends as shown", "[long]") {
  const cli::Folder folder;
  const std::string example = block("yaml", 0);
  folder.write("plant.yaml", example);
  const std::string there = "--chdir=" + folder.path("");
  const Ran good = hubstorm("run plant.yaml", there);
  CHECK(good.err == "");
  CHECK(good.code == 0);
  std::string mistaken = replaced(example, "edition: S1", "edition: S4");
  mistaken = replaced(mistaken, "return_to_dps: after 15m", "retrun_to_dps: after 15m");
  folder.write("plant.yaml", replaced(mistaken, "for: 30m", "for: 30"));
  const Ran bad = hubstorm("run plant.yaml", there);
  CHECK(bad.code == 3);
  CHECK(bad.out == "");
  check_shown(1, bad.err);
}

TEST_CASE("the README lists every example scenario") {
  const std::string text = cli::read(page);
  for (const auto& entry : std::filesystem::directory_iterator(std::string(TREE) + "/scenarios"))
    if (entry.path().extension() == ".yaml")
      CHECK(cli::contains(text, "| `" + entry.path().stem().string() + "` |"));
}
