#include "sim/settings/emit.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sim::settings {
namespace {

bool plain_inside(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
         c == '_' || c == '/' || c == '%' || c == '+' || c == ' ' || c == '(' || c == ')';
}

// Whether YAML reads the text back as it is without quotes.
bool plain(const std::string& text) {
  if (text.empty() || text.front() == ' ' || text.back() == ' ') return false;
  if (text == "~" || text == "null" || text == "Null" || text == "NULL") return false;
  if (text.front() == '%' || text.front() == ':') return false;
  if (text.front() == '-' && (text.size() < 2 || text[1] < '0' || text[1] > '9')) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return plain_inside(c) || c == ':'; }) &&
         text.find(": ") == std::string::npos && text.back() != ':';
}

std::string double_quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      out += std::string("\\") + c;
    else if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else if (static_cast<unsigned char>(c) < 0x20)
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    else
      out += c;
  }
  return out + '"';
}

void put(const Node& node, std::size_t indent, std::string& out);

void put_value(const Node& node, std::size_t indent, std::string& out) {
  if (node.kind == Node::Kind::scalar)
    out += ' ' + scalar_yaml(node) + '\n';
  else if (node.kind == Node::Kind::null)
    out += " ~\n";
  else if (node.items.empty() && node.entries.empty())
    out += node.kind == Node::Kind::list ? " []\n" : " {}\n";
  else {
    out += '\n';
    put(node, indent, out);
  }
}

void put(const Node& node, std::size_t indent, std::string& out) {
  const std::string margin(indent, ' ');
  for (const Entry& entry : node.entries) {
    out += margin + scalar_yaml(Node::scalar(entry.key)) + ':';
    put_value(entry.value, indent + 2, out);
  }
  for (const Node& item : node.items) {
    std::string inner;
    put_value(item, indent + 2, inner);
    // The first line of the item stands beside its dash.
    if (inner[0] == '\n') inner = ' ' + inner.substr(1 + indent + 2);
    out.append(margin).append("-").append(inner);
  }
}

}  // namespace

std::string scalar_yaml(const Node& scalar) {
  return plain(scalar.text) ? scalar.text : double_quoted(scalar.text);
}

std::string to_yaml(const Node& node) {
  std::string out;
  if (node.kind == Node::Kind::scalar) return scalar_yaml(node) + '\n';
  put(node, 0, out);
  return out;
}

std::string flow_yaml(const Node& node) {
  if (node.kind == Node::Kind::null) return "~";
  if (node.kind == Node::Kind::scalar) return scalar_yaml(node);
  std::string inside;
  for (const Entry& entry : node.entries)
    inside +=
        (inside.empty() ? "" : ", ") + scalar_yaml(Node::scalar(entry.key)) + ": " + flow_yaml(entry.value);
  for (const Node& item : node.items) inside += (inside.empty() ? "" : ", ") + flow_yaml(item);
  return node.kind == Node::Kind::map ? "{" + inside + "}" : "[" + inside + "]";
}

}  // namespace sim::settings
