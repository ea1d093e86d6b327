// Reads nodes into values: knows the path it is at, and reports what is wrong with its place.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/settings/quantity.hpp"
#include "sim/settings/shape.hpp"

namespace sim::settings {

class Reader {
 public:
  // `root` describes the whole document, for hints on where a key belongs.
  Reader(Diagnostics& diagnostics, std::function<const Shape&()> root)
      : diagnostics_(diagnostics), root_(std::move(root)) {}

  // Reports and returns false, so that a reading function can end with it. The message is preceded by the
  // path: "fleet[0].devices: " + what.
  bool fail(const Node& node, const std::string& what, const std::string& hint = {});
  bool fail(const Place& place, const std::string& what, const std::string& hint = {});
  bool fail(const Node& node, const Problem& problem);  // of the node's text: "5" needs a unit
  bool fail(const Node& node, const Problem& problem,
            const Shape& shape);  // and what was expected, if it is nothing like it

  // The node must be of this kind.
  bool expect(const Node& node, Node::Kind kind, const Shape& shape);

  // Reads the entries of a map: for each known key `each(index of the field, value)`. Unknown keys, keys that
  // are not supported yet and missing ones are reported. False if anything was.
  bool fields(const Node& node, const Shape& map, const std::function<bool(std::size_t, const Node&)>& each);

  // Goes one step down for as long as it lives.
  class Into {
   public:
    Into(Reader& reader, const std::string& key);
    Into(Reader& reader, std::size_t index);
    ~Into();
    Into(const Into&) = delete;
    Into& operator=(const Into&) = delete;

   private:
    Reader& reader_;
  };
  std::string path() const;  // "fleet[0].telemetry"; empty at the top
  // Whether nothing failed at this path, inside it or around it.
  bool good(const std::string& path) const;

 private:
  bool unknown(const Entry& entry);
  bool missing(const Node& node, const Shape& map, const Field& field);
  std::string level() const;  // "fleet[].telemetry"
  std::string where() const;  // " in fleet[0]"
  Diagnostics& diagnostics_;
  std::function<const Shape&()> root_;  // asked only when something is wrong
  std::unique_ptr<KeyIndex> index_;     // made when first needed
  std::vector<Step> path_;
  std::vector<std::string> bad_;  // paths at which something failed
};

// "fleet[0].telemetry" from its steps.
std::string path_text(const std::vector<Step>& path);

}  // namespace sim::settings
