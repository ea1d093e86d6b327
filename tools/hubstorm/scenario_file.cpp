#include "tools/hubstorm/scenario_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <stdexcept>

#include "models/application/load.hpp"
#include "tools/hubstorm/exit_code.hpp"

namespace hubstorm {
namespace {

[[noreturn]] void fail(const std::string& path) {
  throw Failure(exit_file, fmt::format("cannot read {}: {}", path, std::strerror(errno)));
}

std::string read_all(std::FILE* file, const std::string& path, std::size_t enough) {
  std::string text;
  char block[1 << 16];
  while (text.size() < enough) {
    const std::size_t n = std::fread(block, 1, sizeof block, file);
    text.append(block, n);
    if (n < sizeof block) break;
  }
  if (std::ferror(file)) fail(path);  // a folder opens, but cannot be read
  return text;
}

struct Closer {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

}  // namespace

namespace {

std::string read_named(const std::filesystem::path& path) {
  const std::unique_ptr<std::FILE, Closer> file(std::fopen(path.c_str(), "rb"));
  if (!file) throw std::runtime_error(std::strerror(errno));
  try {
    return read_all(file.get(), path, enough_for_scenario);
  } catch (const Failure& failure) {
    throw std::runtime_error(failure.what());
  }
}

}  // namespace

std::string read_text(const std::string& path, std::size_t enough) {
  if (path == "-") return read_all(stdin, "standard input", enough);
  const std::unique_ptr<std::FILE, Closer> file(std::fopen(path.c_str(), "rb"));
  if (!file) fail(path);
  return read_all(file.get(), path, enough);
}

application::Scenario ScenarioFile::load(const std::vector<std::string>& overrides) const {
  // Files that a scenario names are sought beside it.
  const auto beside = [folder = path_ == "-" ? std::filesystem::path()
                                             : std::filesystem::path(path_).parent_path()](
                          const std::string& name) { return read_named(folder / name); };
  return application::load(text_, path_ == "-" ? "<stdin>" : path_, overrides, beside);
}

application::Scenario load_scenario(const std::string& path, const std::vector<std::string>& overrides) {
  const ScenarioFile file(path);
  try {
    return file.load(overrides);
  } catch (const application::Invalid& invalid) {
    std::string errors = invalid.what();
    while (errors.ends_with('\n')) errors.pop_back();
    throw Failure(exit_invalid, errors, true);
  }
}

}  // namespace hubstorm
