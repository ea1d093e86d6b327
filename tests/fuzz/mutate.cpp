#include "tests/fuzz/mutate.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include "sim/random.hpp"

namespace fuzz {
namespace {

// Random numbers of one text.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::size_t below(std::size_t n) {
    state_ = sim::mix(state_);
    return n == 0 ? 0 : static_cast<std::size_t>(state_ % n);
  }

 private:
  std::uint64_t state_;
};

const char* const yaml_words[] = {"{",
                                  "}",
                                  "[",
                                  "]",
                                  ": ",
                                  ":",
                                  ", ",
                                  "- ",
                                  "? ",
                                  "\n",
                                  "\n  ",
                                  "\n    ",
                                  "\t",
                                  "#",
                                  "&a ",
                                  "*a",
                                  "<<: *a",
                                  "---\n",
                                  "...\n",
                                  "|\n  ",
                                  ">\n  ",
                                  "'",
                                  "\"",
                                  "\\",
                                  "~",
                                  "null",
                                  "!!str ",
                                  "!x ",
                                  "%YAML 1.2\n",
                                  "@",
                                  "`",
                                  "\r\n",
                                  "\xef\xbb\xbf",
                                  "\xff",
                                  "\xe2\x80\xae",
                                  "\xc3\xa9",
                                  "\xe6\x95\x85",
                                  "0",
                                  "-1",
                                  "010",
                                  "1e9",
                                  ".inf",
                                  "18446744073709551616",
                                  "99999999999d",
                                  "0.1%",
                                  "5s",
                                  "1h30m",
                                  "-",
                                  "200/min",
                                  "[[[[[[[[[[[[[[[[",
                                  "{a: {a: {a: {a: ",
                                  "&r [*r]"};

std::vector<std::string> words_of(const std::vector<std::string>& corpus) {
  std::set<std::string> words(std::begin(yaml_words), std::end(yaml_words));
  const auto part = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
  };
  for (const std::string& text : corpus)
    for (auto at = text.begin(); at != text.end();) {
      const auto start = std::find_if(at, text.end(), part);
      at = std::find_if_not(start, text.end(), part);
      if (at - start > 1 && at - start < 40) words.emplace(start, at);
    }
  return {words.begin(), words.end()};
}

void insert_word(std::string& text, const std::vector<std::string>& words, Dice& dice) {
  text.insert(dice.below(text.size() + 1), words[dice.below(words.size())]);
}

void remove_range(std::string& text, Dice& dice) {
  const std::size_t at = dice.below(text.size());
  text.erase(at, 1 + dice.below(dice.below(8) == 0 ? text.size() : 12));
}

void repeat_range(std::string& text, Dice& dice) {
  const std::size_t at = dice.below(text.size());
  const std::string range = text.substr(at, 1 + dice.below(60));
  const std::size_t times = dice.below(16) == 0 ? 200 : 1 + dice.below(3);
  for (std::size_t i = 0; i < times; ++i) text.insert(at, range);
}

void change_byte(std::string& text, Dice& dice) {
  if (!text.empty()) text[dice.below(text.size())] = static_cast<char>(dice.below(256));
}

// Replaces a word by another, which keeps most texts well-formed.
void replace_word(std::string& text, const std::vector<std::string>& words, Dice& dice) {
  const std::size_t from = dice.below(text.size());
  const std::size_t start = text.find_first_of(" :[{,", from);
  if (start == std::string::npos) return;
  const std::size_t end = text.find_first_of(" :]},\n", start + 1);
  text.replace(start + 1, end == std::string::npos ? end : end - start - 1, words[dice.below(words.size())]);
}

void change(std::string& text, const std::vector<std::string>& words, Dice& dice) {
  switch (dice.below(6)) {
    case 0:
      return insert_word(text, words, dice);
    case 1:
      return remove_range(text, dice);
    case 2:
      return repeat_range(text, dice);
    case 3:
      return change_byte(text, dice);
    default:
      return replace_word(text, words, dice);
  }
}

}  // namespace

Mutator::Mutator(std::vector<std::string> corpus, std::uint64_t seed)
    : corpus_(std::move(corpus)), words_(words_of(corpus_)), seed_(seed) {}

std::string Mutator::text(std::uint64_t n) const {
  constexpr std::size_t longest = 1 << 18;
  Dice dice(sim::mix(seed_, n));
  std::string text = corpus_[dice.below(corpus_.size())];
  if (dice.below(5) == 0) {
    const std::string& other = corpus_[dice.below(corpus_.size())];
    text = text.substr(0, dice.below(text.size() + 1)) + other.substr(dice.below(other.size() + 1));
  }
  for (std::size_t changes = dice.below(6); changes > 0 && text.size() < longest; --changes)
    change(text, words_, dice);
  return text;
}

}  // namespace fuzz
