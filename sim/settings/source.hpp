// A text that settings come from, a place in it, and how an error that points there is printed.
#pragma once
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace sim::settings {

// A text with a name for messages: a file, or the text of one override.
class Source {
 public:
  Source(std::string name, std::string text);
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  const std::string& name() const { return name_; }
  std::string_view text() const { return text_; }
  std::string_view line(std::size_t number) const;  // from 1, without its line break; empty beyond the last
  std::size_t offset(std::size_t line) const { return starts_.at(line - 1); }  // of its first byte

 private:
  std::string name_;
  std::string text_;
  std::vector<std::size_t> starts_;
};

// Where something stands. Line and column count from 1, column and length in bytes, as the parser counts
// them.
struct Place {
  const Source* source = nullptr;
  std::size_t line = 1;
  std::size_t column = 1;
  std::size_t length = 1;
};

enum class Severity { error, warning };

// One message to the user. The hint is what stands beside the caret: how to fix it.
struct Diagnostic {
  Severity severity = Severity::error;
  Place place;
  std::string message;
  std::string hint;
};

// The message as the user sees it: file, line and column (in characters), the line and a caret. Ends without
// a line break.
std::string render(const Diagnostic& diagnostic);

// Collects what is wrong with a document, to report it in one go.
class Diagnostics {
 public:
  static constexpr std::size_t most_shown = 20;
  static constexpr std::size_t most_kept = 200;  // so that no document makes reporting slow

  void error(const Place& place, std::string message, std::string hint = {});
  void warning(const Place& place, std::string message, std::string hint = {});
  std::size_t errors() const { return errors_; }
  bool full() const { return all_.size() >= most_kept; }
  // By place, each once.
  std::vector<Diagnostic> sorted() const;
  // The errors as the user sees them, each with a line break, at most `most_shown`, and how many there are
  // beyond.
  std::string report() const;

 private:
  void add(Diagnostic diagnostic);
  std::vector<Diagnostic> all_;
  std::size_t errors_ = 0;  // also of those not kept
};

// What a reader of settings throws: every error of the document, as printed.
class Invalid : public std::runtime_error {
 public:
  explicit Invalid(const Diagnostics& diagnostics)
      : std::runtime_error(diagnostics.report()), count_(diagnostics.errors()) {}
  std::size_t count() const { return count_; }

 private:
  std::size_t count_;
};

}  // namespace sim::settings
