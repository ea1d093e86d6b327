#include "sim/settings/reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/settings/text.hpp"

namespace sim::settings {
namespace {

std::string_view kind_name(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::scalar:
      return "a text";
    case Node::Kind::list:
      return "a list";
    case Node::Kind::map:
      return "a map";
  }
  return "";
}

std::string found(const Node& node) {
  return node.kind == Node::Kind::scalar ? quoted(node.text) : std::string(kind_name(node));
}

// `seed:5` is one text to YAML.
std::string missing_space(const Node& node) {
  const std::size_t colon = node.text.find(':');
  if (node.kind != Node::Kind::scalar || node.quoted || colon == std::string::npos || colon == 0) return {};
  return fmt::format("write {}: {} with a space after the colon", printable(node.text.substr(0, colon)),
                     printable(node.text.substr(colon + 1)));
}

std::string kind_hint(const Node& node, const Shape& shape) {
  if (shape.kind == Shape::Kind::map) {
    const std::string hint = missing_space(node);
    return !hint.empty() || shape.example.empty() ? hint : fmt::format("write it like {}", shape.example);
  }
  return shape.example.empty() ? std::string{} : fmt::format("write it like {}", shape.example);
}

}  // namespace

std::string path_text(const std::vector<Step>& path) {
  std::string text;
  for (const Step& step : path) {
    if (const auto* index = std::get_if<std::size_t>(&step))
      text += fmt::format("[{}]", *index);
    else
      text += (text.empty() ? "" : ".") + excerpt(printable(std::get<std::string>(step)));
  }
  return text;
}

bool Reader::good(const std::string& path) const {
  const auto covers = [](const std::string& outer, const std::string& inner) {
    return inner.compare(0, outer.size(), outer) == 0 &&
           (inner.size() == outer.size() || outer.empty() || inner[outer.size()] == '.' ||
            inner[outer.size()] == '[');
  };
  if (diagnostics_.full()) return false;
  return std::none_of(bad_.begin(), bad_.end(),
                      [&](const std::string& bad) { return covers(bad, path) || covers(path, bad); });
}

Reader::Into::Into(Reader& reader, const std::string& key) : reader_(reader) {
  reader_.path_.emplace_back(key);
}
Reader::Into::Into(Reader& reader, std::size_t index) : reader_(reader) { reader_.path_.emplace_back(index); }
Reader::Into::~Into() { reader_.path_.pop_back(); }

std::string Reader::path() const { return path_text(path_); }

std::string Reader::level() const {
  std::string text;
  for (const Step& step : path_) {
    if (std::holds_alternative<std::size_t>(step))
      text += "[]";
    else
      text += (text.empty() ? "" : ".") + std::get<std::string>(step);
  }
  return text;
}

std::string Reader::where() const { return path_.empty() ? " at the top level" : " in " + path(); }

bool Reader::fail(const Place& place, const std::string& what, const std::string& hint) {
  if (bad_.size() < Diagnostics::most_kept) bad_.push_back(path());
  diagnostics_.error(place, path_.empty() ? what : path() + ": " + what, hint);
  return false;
}

bool Reader::fail(const Node& node, const std::string& what, const std::string& hint) {
  return fail(node.place, what, hint);
}

bool Reader::fail(const Node& node, const Problem& problem) {
  return fail(node, quoted(node.text) + ' ' + problem.what, problem.hint);
}

bool Reader::fail(const Node& node, const Problem& problem, const Shape& shape) {
  if (!problem.hint.empty() || problem.what != "is not a number") return fail(node, problem);
  return fail(node, fmt::format("expected {}, found {}", shape.says, found(node)));
}

bool Reader::expect(const Node& node, Node::Kind kind, const Shape& shape) {
  if (node.kind == kind) return true;
  if (node.kind == Node::Kind::null && !path_.empty()) {
    const std::string hint =
        shape.example.empty() ? "remove the key for the default" : "write it like " + shape.example;
    return fail(node, "has no value", hint);
  }
  return fail(node, fmt::format("expected {}, found {}", shape.says, found(node)), kind_hint(node, shape));
}

bool Reader::unknown(const Entry& entry) {
  if (diagnostics_.full()) return false;
  if (!index_) index_ = std::make_unique<KeyIndex>(root_());
  diagnostics_.error(entry.place, fmt::format("unknown key {}{}", quoted(entry.key), where()),
                     index_->hint(entry.key, level()));
  return false;
}

bool Reader::missing(const Node& node, const Shape& map, const Field& field) {
  std::vector<std::string> keys;
  for (const Field& known : map.fields) keys.push_back(known.key);
  // A key that was meant to be this one has been reported already.
  const auto meant = [&](const Entry& entry) {
    return nearest(entry.key.substr(0, entry.key.find(':')), keys) == field.key;
  };
  if (std::none_of(node.entries.begin(), node.entries.end(), meant)) {
    const std::string inside = path();
    diagnostics_.error(node.place, (inside.empty() ? "" : inside + ": ") + quoted(field.key) + " is missing",
                       fmt::format("add {}: {}", field.key, field.shape.example));
  }
  const Into into(*this, field.key);
  bad_.push_back(path());
  return false;
}

bool Reader::fields(const Node& node, const Shape& map,
                    const std::function<bool(std::size_t, const Node&)>& each) {
  if (!expect(node, Node::Kind::map, map)) return false;
  bool good = true, later = false;
  for (const Entry& entry : node.entries) {
    const auto field = std::find_if(map.fields.begin(), map.fields.end(),
                                    [&](const Field& f) { return f.key == entry.key; });
    if (field == map.fields.end()) {
      good = unknown(entry);
    } else if (field->later) {
      diagnostics_.error(entry.place, fmt::format("{}{} is not supported yet", quoted(entry.key), where()));
      good = false;
      later = true;
    } else {
      const Into into(*this, entry.key);
      good = each(static_cast<std::size_t>(field - map.fields.begin()), entry.value) && good;
    }
  }
  for (const Field& field : map.fields)
    if (field.required && !later && !node.find(field.key)) good = missing(node, map, field);
  return good;
}

}  // namespace sim::settings
