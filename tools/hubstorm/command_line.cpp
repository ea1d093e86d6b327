#include "tools/hubstorm/command_line.hpp"

#include <CLI/CLI.hpp>
#include <charconv>

namespace hubstorm {
namespace {

// What is wrong with the text of a whole number. CLI11 by itself reads -1 as a very large number.
std::string only_digits(const std::string& text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos)
    return "\"" + text + "\" is no whole number";
  std::uint64_t number = 0;
  const bool fits = std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc{};
  return fits ? "" : text + " is too large";
}

// An empty text, as an unset variable of a shell gives, is not the same as no option at all.
std::string no_empty_text(const std::string& text) { return text.empty() ? "its value is empty" : ""; }

}  // namespace

Option Option::type_name(const std::string& name) const {
  option_->type_name(name);
  return *this;
}

Option Option::default_text(const std::string& text) const {
  option_->default_str(text);
  return *this;
}

Option Option::without_default() const {
  option_->option_text(" ");
  return *this;
}

Option Option::show_default() const {
  option_->capture_default_str();
  return *this;
}

Option Option::required() const {
  option_->required();
  return *this;
}

Option Option::one_value_each() const {
  option_->allow_extra_args(false);
  return *this;
}

Option Option::one_of(const std::vector<std::string>& words) const {
  option_->check(CLI::IsMember(words).description(""));
  return *this;
}

Option Option::digits() const {
  option_->check(only_digits);
  return *this;
}

Option Option::between(std::uint32_t least, std::uint32_t most) const {
  option_->check(CLI::Range(least, most).description(""));
  return *this;
}

Option Option::excludes(const Option& other) const {
  option_->excludes(other.option_);
  return *this;
}

Option Option::hidden() const {
  option_->group("");
  return *this;
}

CommandLine CommandLine::subcommand(const std::string& name, const std::string& what) const {
  return CommandLine(*app_->add_subcommand(name, what));
}

void CommandLine::require_subcommand() const { app_->require_subcommand(1); }

void CommandLine::footer(const std::string& text) const { app_->footer(text); }

bool CommandLine::parsed() const { return app_->parsed(); }

Option CommandLine::flag(const std::string& name, bool& on, const std::string& help) const {
  return Option(app_->add_flag(name, on, help)->disable_flag_override());
}

Option CommandLine::option(const std::string& name, std::string& value, const std::string& help) const {
  return Option(app_->add_option(name, value, help)->check(no_empty_text));
}

Option CommandLine::option(const std::string& name, std::vector<std::string>& values,
                           const std::string& help) const {
  return Option(app_->add_option(name, values, help)->check(no_empty_text));
}

Option CommandLine::option(const std::string& name, std::uint32_t& value, const std::string& help) const {
  return Option(app_->add_option(name, value, help));
}

Option CommandLine::option(const std::string& name, std::optional<std::uint32_t>& value,
                           const std::string& help) const {
  return Option(app_->add_option(name, value, help));
}

Option CommandLine::option(const std::string& name, std::optional<std::uint64_t>& value,
                           const std::string& help) const {
  return Option(app_->add_option(name, value, help));
}

}  // namespace hubstorm
