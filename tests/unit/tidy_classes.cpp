#include "tests/unit/tidy_classes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

namespace tidy {
namespace {

// Follows the braces of bare code and counts what is declared directly in the body of each class.
class Classes {
 public:
  void line(const std::string& code, std::size_t number) {
    if (code.starts_with("#")) return;
    for (const char c : code) character(c, number);
    head_ += ' ';
  }
  std::vector<ClassSize> found() && { return std::move(found_); }

 private:
  enum class Block { type, function, initialiser, other };
  struct Open {
    Block block = Block::other;
    ClassSize size;
  };

  bool in_class() const { return !open_.empty() && open_.back().block == Block::type; }
  bool in_initialiser() const { return !open_.empty() && open_.back().block == Block::initialiser; }

  void character(char c, std::size_t number) {
    if (c == '{')
      open(number);
    else if (c == '}')
      close();
    else if (c == ';')
      end_of_statement();
    else
      head_ += c;
  }

  void open(std::size_t number) {
    static const std::regex type(R"(\b(?:class|struct|union)\s+(\w+)[^()]*$)");
    static const std::regex block(R"(\b(namespace|extern|enum)\b)");
    std::smatch match;
    const bool other = std::regex_search(head_, block);
    if (!other && std::regex_search(head_, match, type)) {
      open_.push_back({Block::type, {match[1].str(), number, 0, 0}});
    } else if (in_class() && !other) {
      const bool function = head_.find('(') != std::string::npos;
      if (function) ++open_.back().size.functions;
      open_.push_back({function ? Block::function : Block::initialiser, {}});
      if (!function) return;  // what comes before the value is the member
    } else {
      open_.push_back({in_initialiser() ? Block::initialiser : Block::other, {}});
      if (in_initialiser()) return;
    }
    head_.clear();
  }

  void close() {
    if (open_.empty()) return;
    const Open last = open_.back();
    open_.pop_back();
    if (last.block == Block::type) found_.push_back(last.size);
    if (last.block != Block::initialiser) head_.clear();
  }

  void end_of_statement() {
    if (in_initialiser()) return;
    if (in_class()) count();
    head_.clear();
  }

  void count() {
    static const std::regex access(R"(^\s*(public|private|protected)\s*:)");
    static const std::regex none(
        R"(^\s*(\[\[[^\]]*\]\]\s*)?(template\s*<.*>\s*)?)"
        R"((using|friend|enum|class|struct|static_assert|static (inline )?constexpr|typedef)\b)");
    std::string text = std::regex_replace(head_, access, "");
    text = text.substr(0, text.find('='));
    if (std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isspace(c) != 0; })) return;
    if (std::regex_search(text, none)) return;
    text = outside_angles(text);
    ClassSize& size = open_.back().size;
    if (text.find('(') != std::string::npos)
      ++size.functions;
    else
      size.data += 1 + static_cast<std::size_t>(std::count(text.begin(), text.end(), ','));
  }

  static std::string outside_angles(const std::string& text) {
    std::string out;
    int depth = 0;
    for (const char c : text) {
      depth += c == '<' ? 1 : 0;
      if (depth == 0) out += c;
      depth -= c == '>' && depth > 0 ? 1 : 0;
    }
    return out;
  }

  std::vector<Open> open_;
  std::string head_;  // what stands before the next brace or semicolon
  std::vector<ClassSize> found_;
};

// "hub" of "models/hub/ingress.hpp"; empty outside of the rooms.
std::string room_of(const std::string& path) {
  static const std::regex room(R"(^models/([a-z_]+)/.+)");
  std::smatch match;
  return std::regex_search(path, match, room) ? match[1].str() : "";
}

// A record may compare itself or answer a question about itself.
constexpr std::size_t most_of_a_record = 2;

}  // namespace

std::vector<ClassSize> class_sizes(const File& file) {
  const std::vector<std::string> code = bare_code(file);
  Classes classes;
  for (std::size_t i = 0; i < code.size(); ++i) classes.line(code[i], i + 1);
  return std::move(classes).found();
}

Findings large_classes(const File& file, std::size_t most_functions, std::size_t most_data) {
  Findings found;
  for (const ClassSize& one : class_sizes(file)) {
    if (one.functions <= most_of_a_record || (one.functions <= most_functions && one.data <= most_data))
      continue;
    found.push_back(fmt::format("{}:{}: {} has {} member functions and {} data members", file.path, one.line,
                                one.name, one.functions, one.data));
  }
  return found;
}

namespace {

struct Include {
  std::size_t line = 0;  // from 1
  std::string room, header;
};

// Of other rooms than the file's own; none where it stands in no room.
std::vector<Include> includes_of_rooms(const File& file) {
  static const std::regex include(R"re(^#include "models/([a-z_]+)/(.+)")re");
  const std::string own = room_of(file.path);
  std::vector<Include> found;
  std::smatch match;
  for (std::size_t i = 0; i < file.lines.size() && !own.empty(); ++i)
    if (std::regex_search(file.lines[i], match, include) && match[1] != own)
      found.push_back({i + 1, match[1], match[2]});
  return found;
}

}  // namespace

Findings behind_faces(const File& file) {
  Findings found;
  for (const Include& one : includes_of_rooms(file)) {
    if (one.header == one.room + ".hpp" || one.header == "settings.hpp" || one.header == "tables.hpp" ||
        one.header == "counters.hpp")
      continue;
    found.push_back(fmt::format("{}:{}: looks behind the face of {}: models/{}/{}", file.path, one.line,
                                one.room, one.room, one.header));
  }
  return found;
}

std::vector<std::pair<std::string, std::string>> rooms_used(const File& file) {
  std::vector<std::pair<std::string, std::string>> used;
  for (const Include& one : includes_of_rooms(file)) used.emplace_back(room_of(file.path), one.room);
  return used;
}

std::vector<std::string> types_defined(const File& file) {
  static const std::regex space(R"(^namespace ([a-z_:]*) ?\{)"), end(R"(^\}  // namespace)"),
      type(R"(^(?:class|struct)(?: alignas\(\d+\))? (\w+)(?: final)?(?: :.*)? \{)");
  std::vector<std::string> spaces, defined;
  std::smatch match;
  for (const std::string& line : file.lines) {
    if (std::regex_search(line, match, space))
      spaces.push_back(match[1]);
    else if (std::regex_search(line, end) && !spaces.empty())
      spaces.pop_back();
    else if (std::regex_search(line, match, type) &&
             std::find(spaces.begin(), spaces.end(), "") == spaces.end())
      defined.push_back(fmt::format("{}::{}", fmt::join(spaces, "::"), match[1].str()));
  }
  return defined;
}

}  // namespace tidy
