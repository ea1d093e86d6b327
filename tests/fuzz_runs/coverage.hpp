// Which keys have been seen, and at which of their values.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "sim/settings/document.hpp"
#include "sim/settings/shape.hpp"

namespace fuzz {

class Coverage {
 public:
  explicit Coverage(const sim::settings::Shape& root);
  void add(const sim::settings::Node& document);
  // How many of the keys were there, of the quantities at their least and at their most, and which never.
  std::string text() const;

 private:
  struct Seen {
    bool quantity = false, there = false, least = false, most = false;
  };
  void visit(const sim::settings::Node& node, const std::string& key);
  std::map<std::string, Seen> keys_;
  std::map<std::string, std::vector<sim::settings::Range>> ranges_;
};

}  // namespace fuzz
