#include "tools/hubstorm/scenario_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <stdexcept>

#include "models/application/load.hpp"
#include "tools/hubstorm/exit_code.hpp"
#include "tools/output/descriptor.hpp"
#include "tools/output/file.hpp"

namespace hubstorm {
namespace {

// The files that were read, by their place, and what the user calls them.
std::map<std::string, std::string>& inputs() {
  static std::map<std::string, std::string> all;
  return all;
}

// Why a file cannot be read.
struct Unreadable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A device has no end, or none of what is asked for; one that is empty, and a terminal, are as good as a
// file.
void refuse_device(int file) {
  struct stat status {};
  if (::fstat(file, &status) != 0) throw Unreadable(std::strerror(errno));
  const bool device = S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode);
  if (device && status.st_rdev != makedev(1, 3) && !::isatty(file))  // 1, 3 is /dev/null
    throw Unreadable("it is a device, and no file");
}

std::string read_all(int file, const std::string& path, std::size_t enough) {
  refuse_device(file);
  if (const std::string place = output::place_of(file); !place.empty()) inputs().emplace(place, path);
  std::string text;
  char block[1 << 16];
  while (text.size() < enough) {
    const ssize_t n = ::read(file, block, sizeof block);
    if (n < 0 && errno == EINTR) throw Failure(exit_interrupted, "interrupted while reading " + path);
    if (n < 0) throw Unreadable(std::strerror(errno));  // a folder opens, but cannot be read
    if (n == 0) break;
    text.append(block, static_cast<std::size_t>(n));
  }
  return text;
}

std::string read_named(const std::string& path, std::size_t enough) {
  const output::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open() && errno == EINTR) throw Failure(exit_interrupted, "interrupted while opening " + path);
  if (!file.open()) throw Unreadable(std::strerror(errno));
  return read_all(file.get(), path, enough);
}

}  // namespace

std::string read_text(const std::string& path, std::size_t enough) {
  const bool standard = path == "-";
  const std::string name = standard ? "standard input" : path;
  try {
    return standard ? read_all(STDIN_FILENO, name, enough) : read_named(path, enough);
  } catch (const Unreadable& why) {
    throw Failure(exit_file, fmt::format("cannot read {}: {}", name, why.what()));
  }
}

void refuse_input(const std::string& path, const std::string& option) {
  const auto found = inputs().find(output::place_of(path));
  if (found != inputs().end())
    throw Failure(exit_usage, fmt::format("{} {} would replace {}, which was read for it", option, path,
                                          found->second == path ? "the file" : found->second));
}

std::string path_word(const std::string& path) {
  return path.size() > 1 && path.front() == '-' ? "./" + path : path;
}

application::Scenario ScenarioFile::load(const std::vector<std::string>& overrides) const {
  // Files that a scenario names are sought beside it.
  const auto beside = [folder = path_ == "-" ? std::filesystem::path()
                                             : std::filesystem::path(path_).parent_path()](
                          const std::string& name) { return read_named(folder / name, enough_for_scenario); };
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
