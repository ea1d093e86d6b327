// How a command declares its options. CLI11 reads them; only command_line.cpp and commands.cpp include it,
// since its header costs a compiler several seconds.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace hubstorm {

// An option just declared. Each call narrows it and returns it; what a command line gives against these rules
// is a usage error (exit_usage).
class Option {
 public:
  explicit Option(CLI::Option* option) : option_(option) {}
  Option type_name(const std::string& name) const;     // what the help calls its value; empty: nothing
  Option default_text(const std::string& text) const;  // what the help calls its default
  Option without_default() const;                      // the help says neither a type nor a default
  Option show_default() const;                         // the help shows the value the variable has now
  Option required() const;
  Option one_value_each() const;  // repeatable, with one value each time
  Option one_of(const std::vector<std::string>& words) const;
  Option digits() const;  // a whole number that fits 64 bits, digits only
  Option between(std::uint32_t least, std::uint32_t most) const;  // both included
  Option excludes(const Option& other) const;                     // not both on one command line
  Option hidden() const;                                          // the help does not show it

 private:
  CLI::Option* option_;
};

// A command or subcommand. A copy names the same one. Variables given to flag and option must outlive the
// reading of the command line; an option that is not given leaves its variable as it is.
class CommandLine {
 public:
  explicit CommandLine(CLI::App& app) : app_(&app) {}
  CommandLine subcommand(const std::string& name, const std::string& what) const;
  void require_subcommand() const;  // exactly one
  void footer(const std::string& text) const;
  bool parsed() const;  // whether the command line names it

  Option flag(const std::string& name, bool& on, const std::string& help) const;
  // A positional argument where the name has no dashes. An empty text is a usage error.
  Option option(const std::string& name, std::string& value, const std::string& help) const;
  Option option(const std::string& name, std::vector<std::string>& values, const std::string& help) const;
  Option option(const std::string& name, std::uint32_t& value, const std::string& help) const;
  Option option(const std::string& name, std::optional<std::uint32_t>& value, const std::string& help) const;
  Option option(const std::string& name, std::optional<std::uint64_t>& value, const std::string& help) const;

 private:
  CLI::App* app_;
};

}  // namespace hubstorm
