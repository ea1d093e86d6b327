#include "tools/study/store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

#include "models/measures/report_codec.hpp"
#include "sim/random.hpp"
#include "tools/output/file.hpp"

namespace study {
namespace {

namespace fs = std::filesystem;

constexpr const char* extension = ".unit";
constexpr const char* outputs[] = {"study.json", "results.csv",   "runs.csv",
                                   "study.db",   "optimise.json", "headroom.json"};

// The first line of a file: what it is, whose it is, and what its bytes add up to.
std::string head(const std::string& id, const std::string& bytes) {
  return fmt::format("hubstorm-unit {} {} {} {}\n", unit_format, id, sim::fingerprint(bytes), bytes.size());
}

std::string content_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// What no result depends on, or no study asks for, is left out.
measures::Report lean(const measures::Report& report) {
  measures::Report kept;
  kept.values = report.values;
  kept.pools = report.pools;
  kept.device_events = report.device_events;
  kept.parked_attempts = report.parked_attempts;
  return kept;
}

}  // namespace

std::string Store::path(const std::string& id) const { return folder_ + "/units/" + id + extension; }

std::optional<std::string> Store::bytes(const std::string& id) const {
  const std::string content = content_of(path(id));
  const std::size_t end = content.find('\n');
  if (end == std::string::npos) return std::nullopt;
  std::string bytes = content.substr(end + 1);
  if (content.compare(0, end + 1, head(id, bytes)) != 0) return std::nullopt;
  return bytes;
}

Store::State Store::state(const std::string& id) const {
  std::error_code error;
  if (!fs::exists(path(id), error)) return State::missing;
  return bytes(id) ? State::whole : State::torn;
}

std::optional<Kept> Store::read(const std::string& id) const {
  const std::optional<std::string> found = bytes(id);
  if (!found) return std::nullopt;
  const std::size_t end = found->find('\n');
  Kept kept;
  std::istringstream names(found->substr(0, end));
  for (std::string name; names >> name;) kept.unsettled.push_back(name);
  kept.report = measures::decode_report(found->substr(end + 1));
  return kept;
}

void Store::write(const std::string& id, const Kept& kept) const {
  const std::string bytes =
      fmt::format("{}\n{}", fmt::join(kept.unsettled, " "), measures::encode(lean(kept.report)));
  output::write_file(path(id), head(id, bytes) + bytes);
}

std::vector<std::string> Store::ids() const {
  std::vector<std::string> all;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_ + "/units", error))
    if (entry.path().extension() == extension) all.push_back(entry.path().stem());
  std::sort(all.begin(), all.end());
  return all;
}

void Store::sweep() const {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_ + "/units", error))
    if (entry.path().filename().string().find(std::string(extension) + ".") != std::string::npos)
      fs::remove(entry.path(), error);
  // Beside the units: "study.db.XXXXXX", of a writer that was killed.
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_, error)) {
    const std::string name = entry.path().filename();
    for (const char* output : outputs)
      if (name.starts_with(std::string(output) + ".")) fs::remove(entry.path(), error);
  }
}

void Store::forget_outputs() const {
  std::error_code error;
  for (const char* output : outputs) fs::remove(folder_ + "/" + output, error);
}

Lock::Lock(const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder + "/units", error);
  const std::string path = folder + "/lock";
  descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor_ < 0)
    throw output::FileError(fmt::format("cannot write {}: {}", path, std::strerror(errno)));
  // The units of a runner that was killed end at once, but not at the same instant.
  constexpr int tries = 30;
  for (int i = 0; i < tries; ++i) {
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  ::close(descriptor_);
  throw output::FileError(fmt::format("{} is in use: another hubstorm study works in it", folder));
}

Lock::~Lock() { ::close(descriptor_); }

}  // namespace study
