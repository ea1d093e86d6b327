#include "sim/settings/parse.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>
#include <regex>
#include <sstream>

#include "sim/settings/text.hpp"

namespace sim::settings {
namespace {

// Ends the reading of a text after its one fatal error has been reported.
struct Stop {};

// Builds the tree from the parser's events. Working on events, not on the parser's own tree, keeps aliases
// visible (their place, their cycles) and lets limits apply before anything has grown.
class Builder : public YAML::EventHandler {
 public:
  Builder(const Source& source, Diagnostics& diagnostics) : source_(source), diagnostics_(diagnostics) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ > 0) stop(place(mark, 3), "a second document starts here", "a scenario is one document");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node node;
    node.place = null_place(mark);
    take(std::move(node), anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    Node node = Node::scalar(text, tag == "!");
    node.place = scalar_place(mark, text, tag == "!");
    if (node.quoted && !closed(node.place)) stop(node.place, "the quotes are not closed");
    refuse_tag(node.place, tag);
    take(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const Place at = place(mark, word_length(mark));
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end())
      stop(at, "this alias stands inside its own anchor", "it would contain itself for ever");
    count(found->second.values, at);
    if (open_.size() + found->second.levels > Document::most_levels) too_deep(at);
    Node copy = found->second.node;
    copy.place = at;
    take(std::move(copy), 0, found->second.levels);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    start(Node::list(), mark, tag, anchor);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    start(Node::map(), mark, tag, anchor);
  }
  void OnMapEnd() override { end(); }

  Node take_root() { return std::move(root_); }
  [[noreturn]] void stop(const Place& at, std::string message, std::string hint = {}) {
    diagnostics_.error(at, std::move(message), std::move(hint));
    throw Stop{};
  }
  // A list or map in brackets goes on to the end of the text.
  [[noreturn]] void stop_unclosed() {
    const Place at = open_.empty() ? Place{&source_, 1, 1, 1} : open_.back().node.place;
    // In { } and [ ], as in {path: fleet[0].devices}, an index is a list of its own.
    static const std::regex index("[A-Za-z_]\\[[0-9]+\\]");
    const std::string line(source_.line(at.line));
    std::smatch found;
    const bool indexed = std::regex_search(line, found, index);
    const std::string hint =
        indexed ? "here an index needs quotes; or write it with a dot, as in fleet.0.devices" : "";
    stop(at, "not YAML: this bracket is not closed", hint);
  }
  Place place(const YAML::Mark& mark, std::size_t length) const {
    const auto line = static_cast<std::size_t>(std::max(0, mark.line)) + 1;
    const auto column = static_cast<std::size_t>(std::max(0, mark.column)) + 1;
    return {&source_, line, column, std::max<std::size_t>(1, length)};
  }

 private:
  // A list or map that has begun and not ended.
  struct Open {
    Node node;
    YAML::anchor_t anchor;
    std::size_t values_before;  // of the document, when it began
    std::size_t levels = 1;     // of nesting inside it so far
    bool has_key = false;       // a map: the key has come, its value not yet
    std::string key;
    Place key_place;
    std::map<std::string, std::size_t, std::less<>> lines;  // of the keys so far
  };
  struct Anchored {
    Node node;
    std::size_t values;
    std::size_t levels;
  };

  void start(Node node, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    node.place = place(mark, word_length(mark));
    refuse_tag(node.place, tag);
    count(1, node.place);
    if (open_.size() >= Document::most_levels) too_deep(node.place);
    open_.push_back({std::move(node), anchor, values_, 1, false, {}, {}, {}});
  }

  void end() {
    Open done = std::move(open_.back());
    open_.pop_back();
    --values_;  // take() counts it again
    if (done.anchor != 0)
      keep_anchor(done.anchor, {done.node, values_ - done.values_before + 2, done.levels});
    take(std::move(done.node), 0, done.levels);
  }

  // Puts a complete value where it belongs; `levels` of nesting it holds.
  void take(Node node, YAML::anchor_t anchor, std::size_t levels = 0) {
    count(1, node.place);
    if (anchor != 0) keep_anchor(anchor, {node, 1, levels});
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    parent.levels = std::max(parent.levels, levels + 1);
    if (parent.node.kind == Node::Kind::list)
      parent.node.items.push_back(std::move(node));
    else if (parent.has_key)
      take_value(parent, std::move(node));
    else
      take_key(parent, node);
  }

  void keep_anchor(YAML::anchor_t anchor, Anchored anchored) {
    count(anchored.values, anchored.node.place);  // it is a copy, so that it counts too
    anchors_[anchor] = std::move(anchored);
  }

  void take_key(Open& parent, const Node& node) {
    if (node.kind != Node::Kind::scalar) stop(node.place, "a key must be a word", "write key: value");
    if (node.text == "<<" && !node.quoted)
      stop(node.place, "merge keys (\"<<\") are not supported",
           "repeat the keys, or use an alias for a whole value");
    parent.has_key = true;
    parent.key = node.text;
    parent.key_place = node.place;
  }

  void take_value(Open& parent, Node node) {
    parent.has_key = false;
    if (node.kind == Node::Kind::null) node.place = parent.key_place;  // the parser's mark is of what follows
    const auto [known, fresh] = parent.lines.emplace(parent.key, parent.key_place.line);
    if (fresh)
      parent.node.entries.push_back({std::move(parent.key), parent.key_place, std::move(node)});
    else
      diagnostics_.error(parent.key_place, fmt::format("duplicate key {}", quoted(parent.key)),
                         fmt::format("first given on line {}", known->second));
  }

  void count(std::size_t values, const Place& at) {
    values_ += values;
    if (values_ > Document::most_values)
      stop(at, fmt::format("more than {} values, aliases included", Document::most_values),
           "reading stops here");
  }
  [[noreturn]] void too_deep(const Place& at) {
    stop(at, fmt::format("nested more than {} levels deep", Document::most_levels), "reading stops here");
  }
  void refuse_tag(const Place& at, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    constexpr std::string_view core = "tag:yaml.org,2002:";
    const std::string shown = tag.compare(0, core.size(), core) == 0 ? "!!" + tag.substr(core.size()) : tag;
    diagnostics_.error(at, fmt::format("the tag {} is not supported", quoted(shown)),
                       "write the value without a tag");
  }

  // Bytes from here to the end of the word, for the caret.
  std::size_t word_length(const YAML::Mark& mark) const {
    const Place at = place(mark, 1);
    const std::string_view line = source_.line(at.line);
    if (at.column > line.size()) return 1;
    const std::string_view rest = line.substr(at.column - 1);
    if (rest[0] == '{' || rest[0] == '[') return 1;
    return std::max<std::size_t>(1, std::min(rest.find_first_of(" ,]}:"), rest.size()));
  }

  // A plain or quoted scalar as long as it is written; one that goes over several lines up to the end of the
  // first.
  Place scalar_place(const YAML::Mark& mark, const std::string& text, bool is_quoted) const {
    Place at = place(mark, 1);
    const std::string_view line = source_.line(at.line);
    if (at.column > line.size()) return at;
    const std::string_view rest = line.substr(at.column - 1);
    if (!is_quoted && rest.substr(0, text.size()) == text)
      at.length = text.size();
    else if (is_quoted && (rest[0] == '"' || rest[0] == '\''))
      at.length = std::min(quoted_length(rest), rest.size());
    else
      at.length = rest.size();
    at.length = std::max<std::size_t>(1, at.length);
    return at;
  }

  // The parser takes the end of the text for a closing quote.
  bool closed(const Place& at) const {
    const std::string_view rest = source_.text().substr(source_.offset(at.line) + at.column - 1);
    if (rest.empty() || (rest[0] != '"' && rest[0] != '\'')) return true;  // of block style
    return quoted_length(rest) != std::string_view::npos;
  }

  // Up to and with the closing quote; npos if there is none.
  static std::size_t quoted_length(std::string_view rest) {
    const char quote = rest[0];
    for (std::size_t i = 1; i < rest.size(); ++i) {
      const bool escape = quote == '"' && rest[i] == '\\';
      const bool doubled = quote == '\'' && rest.substr(i, 2) == "''";
      if (escape || doubled)
        ++i;
      else if (rest[i] == quote)
        return i + 1;
    }
    return std::string_view::npos;
  }

  // The mark of a null that was not written is of what follows; it belongs to the dash or brace before.
  Place null_place(const YAML::Mark& mark) const {
    const Place at = place(mark, word_length(mark));
    const std::string_view line = source_.line(at.line);
    for (const std::string_view word : {"~", "null", "Null", "NULL"})
      if (at.column <= line.size() && line.substr(at.column - 1, word.size()) == word)
        return {&source_, at.line, at.column, word.size()};
    return open_.empty() ? at : open_.back().node.place;
  }

  const Source& source_;
  Diagnostics& diagnostics_;
  Node root_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  std::size_t values_ = 0;
  int documents_ = 0;
};

struct Explanation {
  std::string_view parser_says;
  std::string_view message;
  std::string_view hint;
};

// What the parser's shortest messages mean to someone who writes a scenario.
constexpr Explanation explanations[] = {
    {"illegal map value", "a value cannot start here",
     "\": \" inside a text needs quotes, and keys of one map start in one column"},
    {"end of map not found", "this line does not fit the map it stands in",
     "keys of one map start in one column"},
    {"end of sequence not found", "this line does not fit the list it stands in",
     "entries of one list start in one column"},
    {"illegal map key", "a key cannot start here", ""},
    {"illegal block entry", "a list entry cannot start here", "entries of one list start in one column"},
    {"illegal flow end", "this closes nothing that is open", "a \"]\" or \"}\" may be missing before it"},
    {"unknown token", "this character cannot start a value", "put the text in quotes"},
    {"illegal EOF in scalar", "the quotes are not closed", ""},
    {"the referenced anchor is not defined", "this alias has no anchor",
     "anchors (&name) come before their aliases (*name)"},
    {"bad file", "nested too deep", ""},
};

// Whether a tab indents the line.
bool tab_indented(std::string_view line) {
  return line.substr(0, line.find_first_not_of(" \t")).find('\t') != std::string_view::npos;
}

void report(const YAML::ParserException& e, const Source& source, Builder& builder) {
  const std::string_view says = e.msg;
  if (says.substr(0, 7) == "end of " && says.find(" flow ") != std::string_view::npos)
    builder.stop_unclosed();
  if (tab_indented(source.line(builder.place(e.mark, 1).line)))
    builder.stop(builder.place(e.mark, 1), "not YAML: this line is indented with a tab",
                 "indent with spaces");
  for (const Explanation& known : explanations)
    if (says.substr(0, known.parser_says.size()) == known.parser_says)
      builder.stop(builder.place(e.mark, 1), fmt::format("not YAML: {}", known.message),
                   std::string{known.hint});
  builder.stop(builder.place(e.mark, 1), fmt::format("not YAML: {}", says));
}

void feed(const std::string& text, const Source& source, Builder& builder) {
  std::istringstream in(text);
  try {
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::ParserException& e) {
    report(e, source, builder);
  }
}

}  // namespace

Node parse(const Source& source, std::size_t offset, Diagnostics& diagnostics) {
  Builder builder(source, diagnostics);
  // What stands before the offset is blanked, so that columns stay right.
  std::string text(source.text());
  std::fill_n(text.begin(), offset, ' ');
  try {
    feed(text, source, builder);
  } catch (const Stop&) {
    return {};
  }
  return builder.take_root();
}

}  // namespace sim::settings
