// Deterministic mutations of texts: the same seed gives the same sequence of texts everywhere.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace fuzz {

class Mutator {
 public:
  Mutator(std::vector<std::string> corpus, std::uint64_t seed);
  // The n-th text: one of the corpus, or a crossing of two, with a few changes.
  std::string text(std::uint64_t n) const;

 private:
  std::vector<std::string> corpus_;
  std::vector<std::string> words_;  // of the corpus, and those that mean something to YAML
  std::uint64_t seed_;
};

}  // namespace fuzz
