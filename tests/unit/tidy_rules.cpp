#include "tests/unit/tidy_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

namespace fs = std::filesystem;

namespace tidy {
namespace {

bool starts_with(const std::string& text, const std::string& head) { return text.rfind(head, 0) == 0; }

Findings matches(const File& file, const std::vector<std::string>& lines, const std::regex& pattern,
                 const std::string& what) {
  Findings found;
  std::smatch match;
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (std::regex_search(lines[i], match, pattern))
      found.push_back(fmt::format("{}:{}: {}: {}", file.path, i + 1, what, match.str()));
  return found;
}

bool is_text(const fs::path& path) {
  static const std::set<std::string> endings{".cpp",   ".hpp", ".md",   ".yaml", ".txt",
                                             ".cmake", ".csv", ".json", ".sh",   ""};
  return endings.contains(path.extension().string());
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::size_t columns(const std::string& line) {
  return static_cast<std::size_t>(
      std::count_if(line.begin(), line.end(), [](unsigned char byte) { return (byte & 0xC0U) != 0x80U; }));
}

// Blanks comments and literals of a text, newlines kept. One state at a time: code, a comment, a literal.
class Blanker {
 public:
  explicit Blanker(std::string text) : text_(std::move(text)) {}

  std::string run() {
    while (at_ < text_.size()) step();
    return out_;
  }

 private:
  bool here(const char* token) const {
    return text_.compare(at_, std::char_traits<char>::length(token), token) == 0;
  }
  bool digit_before() const {
    return at_ > 0 && std::isalnum(static_cast<unsigned char>(text_[at_ - 1])) != 0;
  }

  void step() {
    if (here("//")) return blank_to(text_.find('\n', at_));
    if (here("/*")) return blank_to(after(text_.find("*/", at_ + 2), 2));
    if (here("R\"")) return raw_literal();
    if (text_[at_] == '"' || (text_[at_] == '\'' && !digit_before())) return literal(text_[at_]);
    out_ += text_[at_++];
  }

  std::size_t after(std::size_t found, std::size_t length) const {
    return found == std::string::npos ? found : found + length;
  }

  void blank_to(std::size_t end) {
    end = std::min(end, text_.size());
    for (; at_ < end; ++at_) out_ += text_[at_] == '\n' ? '\n' : ' ';
  }

  void raw_literal() {
    const std::size_t open = text_.find('(', at_);
    if (open == std::string::npos) return blank_to(text_.size());
    const std::string close = ")" + text_.substr(at_ + 2, open - at_ - 2) + "\"";
    blank_to(after(text_.find(close, open), close.size()));
  }

  void literal(char quote) {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != quote && text_[end] != '\n') end += text_[end] == '\\' ? 2 : 1;
    blank_to(end + 1);
  }

  std::string text_;
  std::string out_;
  std::size_t at_ = 0;
};

// Follows the braces of bare code and notes every body that is not part of another body.
class Bodies {
 public:
  struct Body {
    std::size_t first, last;  // lines of its braces, from 1
  };

  void line(const std::string& code, std::size_t number) {
    if (starts_with(code, "#")) return;
    for (const char c : code) character(c, number);
    head_ += ' ';
  }

  const std::vector<Body>& found() const { return found_; }

 private:
  // A block of a namespace, a class or an enumeration holds functions, it is none; nor is an initialiser.
  bool is_function(const std::string& head) const {
    static const std::regex holder(R"(\b(namespace|class|struct|union|enum|extern)\b[^()]*$)");
    return head.find(')') != std::string::npos && !std::regex_search(head, holder);
  }

  void character(char c, std::size_t number) {
    if (c == '{') {
      open_.push_back(number);
      if (body_at_ == 0 && is_function(head_)) body_at_ = open_.size();
    } else if (c == '}' && !open_.empty()) {
      if (open_.size() == body_at_) {
        found_.push_back({open_.back(), number});
        body_at_ = 0;
      }
      open_.pop_back();
    }
    if (c == '{' || c == '}' || c == ';')
      head_.clear();
    else
      head_ += c;
  }

  std::vector<std::size_t> open_;
  std::size_t body_at_ = 0;  // depth of the body that is open, 0 for none
  std::string head_;         // what stands before the next brace
  std::vector<Body> found_;
};

}  // namespace

File make_file(std::string path, const std::string& text) {
  File file{std::move(path), {}};
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) file.lines.push_back(line);
  return file;
}

std::vector<File> read_tree(const fs::path& root) {
  std::vector<fs::path> paths;
  for (const char* folder :
       {".ci", "cmake", "docs", "models", "results", "scenarios", "sim", "tests", "tools"}) {
    if (!fs::exists(root / folder)) continue;
    for (auto each = fs::recursive_directory_iterator(root / folder); each != fs::end(each); ++each) {
      if (each->path().filename() == "node_modules") each.disable_recursion_pending();  // of others
      if (each->is_regular_file() && is_text(each->path())) paths.push_back(each->path());
    }
  }
  for (const fs::directory_entry& entry : fs::directory_iterator(root))
    if (entry.is_regular_file() && is_text(entry.path()) && entry.path().filename() != ".git")
      paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<File> files;
  for (const fs::path& path : paths)
    files.push_back(make_file(fs::relative(path, root).generic_string(), read(path)));
  return files;
}

bool is_cpp(const File& file) { return file.path.ends_with(".cpp") || file.path.ends_with(".hpp"); }
bool is_markdown(const File& file) { return file.path.ends_with(".md"); }

std::vector<std::string> bare_code(const File& file) {
  return make_file(file.path, Blanker(fmt::format("{}\n", fmt::join(file.lines, "\n"))).run()).lines;
}

Findings long_functions(const File& file, std::size_t most_lines) {
  const std::vector<std::string> code = bare_code(file);
  Bodies bodies;
  for (std::size_t i = 0; i < code.size(); ++i) bodies.line(code[i], i + 1);
  Findings found;
  for (const auto& [first, last] : bodies.found())
    if (last - first + 1 > most_lines)
      found.push_back(fmt::format("{}:{}: function of {} lines", file.path, first, last - first + 1));
  return found;
}

Findings long_file(const File& file, std::size_t most_lines) {
  if (file.lines.size() <= most_lines) return {};
  return {fmt::format("{}:{}: file of {} lines", file.path, most_lines + 1, file.lines.size())};
}

Findings wide_lines(const File& file, std::size_t most_columns) {
  Findings found;
  for (std::size_t i = 0; i < file.lines.size(); ++i)
    if (const std::size_t width = columns(file.lines[i]); width > most_columns)
      found.push_back(fmt::format("{}:{}: {} columns", file.path, i + 1, width));
  return found;
}

Findings includes_upward(const File& file) {
  static const std::regex from_sim(R"(^#include "(models|tools|tests)/)");
  static const std::regex from_models(R"(^#include "(tools|tests)/)");
  static const std::regex from_tools(R"(^#include "tests/)");
  const std::string what = "include points up";
  if (starts_with(file.path, "sim/")) return matches(file, file.lines, from_sim, what);
  if (starts_with(file.path, "models/")) return matches(file, file.lines, from_models, what);
  if (starts_with(file.path, "tools/")) return matches(file, file.lines, from_tools, what);
  return {};
}

Findings unfinished_words(const File& file) {
  static const std::regex words(
      "\\b(TO"
      "DO|FIX"
      "ME|XX"
      "X|HA"
      "CK)\\b");
  return matches(file, file.lines, words, "unfinished");
}

Findings machine_paths(const File& file) {
  static const std::regex paths(
      "(^|[^A-Za-z0-9_.])/(ho"
      "me|ro"
      "ot|wo"
      "rk|Us"
      "ers|t"
      "mp)/");
  return matches(file, file.lines, paths, "path of one machine");
}

Findings no_purpose(const File& file) {
  const bool said = !file.lines.empty() && starts_with(file.lines[0], "//");
  const std::string own = "#include \"" + file.path.substr(0, file.path.size() - 4) + ".hpp\"";
  const bool in_header = std::find(file.lines.begin(), file.lines.end(), own) != file.lines.end();
  if (said || in_header) return {};
  return {fmt::format("{}:1: does not say what it is for", file.path)};
}

Findings unrepeatable(const File& file) {
  static const std::regex sources(
      R"(\bstd::(\w+_distribution|random_device|rand|exp|log|log1p|expm1|pow|shuffle|execution)\b)");
  if (!starts_with(file.path, "sim/") && !starts_with(file.path, "models/")) return {};
  return matches(file, bare_code(file), sources, "differs between machines");
}

Findings unordered(const File& file) {
  static const std::regex container(R"(\bstd::unordered_\w+)");
  static const std::string promise = "never iterated";
  if (!starts_with(file.path, "sim/") && !starts_with(file.path, "models/")) return {};
  const std::vector<std::string> code = bare_code(file);
  Findings found;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const std::string here = file.lines[i] + (i + 1 < code.size() ? file.lines[i + 1] : "");
    if (std::regex_search(code[i], container) && here.find(promise) == std::string::npos)
      found.push_back(fmt::format("{}:{}: unordered, and not said to be {}", file.path, i + 1, promise));
  }
  return found;
}

Findings words_above_kernel(const File& file) {
  static const std::regex words(R"(\b([Hh]ubs?|[Dd]evices?|dps|DPS|mqtt|MQTT|iot|IoT)(_\w+)?\b)");
  if (!starts_with(file.path, "sim/")) return {};
  return matches(file, bare_code(file), words, "word of the models");
}

Findings streams_of_their_own(const File& file) {
  static const std::regex streams(R"(\b(stderr|stdout|std::(cerr|cout|clog)|fmt::print)\b)");
  const bool command = starts_with(file.path, "tools/") && !starts_with(file.path, "tools/bench/") &&
                       !starts_with(file.path, "tools/embed/");
  if (!command) return {};
  return matches(file, bare_code(file), streams, "output::say and output::write_stdout write to streams");
}

Findings test_names(const File& file) {
  static const std::regex names(R"(^TEST_CASE\("([-~ ]|[^"]*[;*\\]).*)");
  std::vector<std::string> lines = file.lines;
  for (std::size_t i = 0; i + 1 < lines.size(); ++i)  // a name too long for the line of its macro
    if (lines[i] == "TEST_CASE(")
      lines[i] += lines[i + 1].substr(std::min(lines[i + 1].find('"'), lines[i + 1].size()));
  return matches(file, lines, names, "name that ctest cannot hand on");
}

Findings broken_page(const File& file, const fs::path& root) {
  static const std::regex link(R"(\]\(([^)#:\s]+)(#[^)]*)?\))");
  Findings found;
  if (file.lines.empty() || !starts_with(file.lines[0], "# ")) found.push_back(file.path + ":1: no title");
  for (std::size_t i = 0; i < file.lines.size(); ++i)
    for (std::sregex_iterator at(file.lines[i].begin(), file.lines[i].end(), link), end; at != end; ++at)
      if (!fs::exists(root / fs::path(file.path).parent_path() / (*at)[1].str()))
        found.push_back(
            fmt::format("{}:{}: links to {}, which is not there", file.path, i + 1, (*at)[1].str()));
  return found;
}

}  // namespace tidy
