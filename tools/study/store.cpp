#include "tools/study/store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <nlohmann/json.hpp>
#include <sstream>

#include "models/measures/report_codec.hpp"
#include "sim/random.hpp"
#include "tools/output/json_depth.hpp"

namespace study {
namespace {

using output::Entry;
using output::FileError;
using output::Folder;

constexpr std::string_view extension = ".unit";
constexpr std::size_t content_digits = 32;
constexpr const char* units_folder = "units";
constexpr std::size_t most_bytes = std::size_t{1} << 28;  // of a unit; one of many thousand metrics has 10 MB

// The file by which a folder of a study is known, and which is locked while a command works in it.
constexpr const char* mark = "hubstorm-study";
constexpr std::string_view mark_start = "hubstorm-study 1\n";
constexpr std::string_view mark_text =
    "hubstorm-study 1\n"
    "This folder is one of hubstorm study. The command writes and removes the files of its own names in it: "
    "units/*.unit, study.json, results.csv, runs.csv, study.db, optimise.json, headroom.json.\n";

// The first line of a file: what it is, whose it is, and what its bytes add up to.
std::string head(const std::string& id, const std::string& bytes) {
  return fmt::format("hubstorm-unit {} {} {} {}\n", unit_format, id, sim::fingerprint(bytes), bytes.size());
}

std::string file_of(const std::string& id) { return id + std::string(extension); }

// The replication that a file's name is about; nothing for what is no name of a unit.
std::optional<std::uint32_t> replication_in(std::string_view name) {
  if (name.find_first_not_of("0123456789abcdef") != content_digits || !name.ends_with(extension))
    return std::nullopt;
  std::uint32_t replication = 0;
  std::from_chars(name.data() + content_digits + 1, name.data() + name.size(), replication);
  const std::string content(name.substr(0, content_digits));
  return name == file_of(unit_id(content, replication)) ? std::optional(replication) : std::nullopt;
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

std::optional<measures::Report> decoded(const std::string& bytes) {
  if (output::nested_too_deep(bytes, nlohmann::json::input_format_t::cbor)) return std::nullopt;
  try {
    return measures::decode_report(bytes);
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  } catch (const std::invalid_argument&) {  // a histogram or a figure
    return std::nullopt;
  }
}

// Whether a folder without the mark may be taken: an empty one, one in which only the results of units were
// kept, and one of a version that knew no mark.
bool may_be_taken(const Folder& folder, const std::vector<std::string>& names) {
  if (names.empty()) return true;
  if (folder.entry(units_folder) != Entry::folder) return false;
  return names.size() == 1 || (folder.entry("lock") == Entry::file && folder.read("lock", 1)->empty());
}

// Nothing when this process has the lock, else which one has it; it goes with the process that holds it, and
// not with the replications that this one has begun.
std::optional<pid_t> try_lock(int file, const std::string& shown) {
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  if (::fcntl(file, F_SETLK, &whole) == 0) return std::nullopt;
  if (errno != EACCES && errno != EAGAIN)
    throw FileError(fmt::format("cannot lock {}: {}", shown, std::strerror(errno)));
  return ::fcntl(file, F_GETLK, &whole) == 0 && whole.l_type != F_UNLCK ? whole.l_pid : 0;
}

// False for a mark that is to be written: a new one, or one that another command was killed over.
bool is_marked(int file, const std::string& shown) {
  std::string there(mark_start.size(), ' ');
  const ssize_t n = ::pread(file, there.data(), there.size(), 0);
  if (n < 0) throw FileError(fmt::format("cannot read {}: {}", shown, std::strerror(errno)));
  there.resize(static_cast<std::size_t>(n));
  if (there == mark_start) return true;
  if (mark_start.starts_with(there)) return false;
  throw FileError(fmt::format("{} is no file of hubstorm study; give another --dir", shown));
}

// The mark, open and locked. It is written under the lock and replaced as a whole, since the file may have
// another name as well; the lock is of a file and not of a name, so it is taken anew for the one that the
// name stands for.
output::Descriptor locked_mark(const Folder& top, const std::string& folder) {
  constexpr int most_tries = 100;
  pid_t holder = 0;
  for (int tries = 0; tries < most_tries; ++tries) {
    output::Descriptor file = top.open_or_make(mark);
    if (const auto other = try_lock(file.get(), top.shown(mark))) {
      holder = *other;
      break;
    }
    if (!top.is(mark, file)) continue;
    if (is_marked(file.get(), top.shown(mark))) return file;
    top.write(mark, std::string(mark_text));
  }
  throw FileError(fmt::format("{} is in use: another hubstorm study{} works in it", folder,
                              holder > 0 ? fmt::format(" (process {})", holder) : ""));
}

}  // namespace

std::string unit_id(const std::string& content, std::uint32_t replication) {
  return fmt::format("{}-{}", content, replication);
}

Store::Store(const std::string& folder) : folder_(folder), top_(Folder::find(folder)) {
  if (top_) units_ = top_->find_inside(units_folder);
}

std::optional<std::string> Store::bytes(const std::string& id) const {
  const std::optional<std::string> content = units_->read(file_of(id), most_bytes);
  if (!content) return std::nullopt;
  const std::size_t end = content->find('\n');
  if (end == std::string::npos) return std::nullopt;
  std::string bytes = content->substr(end + 1);
  if (content->compare(0, end + 1, head(id, bytes)) != 0) return std::nullopt;
  return bytes;
}

Store::State Store::state(const std::string& id) const {
  if (!units_ || units_->entry(file_of(id)) == Entry::none) return State::missing;
  return read(id) ? State::whole : State::torn;
}

std::optional<Kept> Store::read(const std::string& id) const {
  if (!units_) return std::nullopt;
  const std::optional<std::string> found = bytes(id);
  if (!found) return std::nullopt;
  const std::size_t end = std::min(found->find('\n'), found->size());
  std::optional<measures::Report> report = decoded(found->substr(std::min(end + 1, found->size())));
  if (!report) return std::nullopt;
  Kept kept;
  std::istringstream names(found->substr(0, end));
  for (std::string name; names >> name;) kept.unsettled.push_back(name);
  kept.report = std::move(*report);
  return kept;
}

void Store::write(const std::string& id, const Kept& kept) const {
  const std::string bytes =
      fmt::format("{}\n{}", fmt::join(kept.unsettled, " "), measures::encode(lean(kept.report)));
  units_->write(file_of(id), head(id, bytes) + bytes);
}

std::map<std::string, std::vector<std::uint32_t>> Store::there() const {
  std::map<std::string, std::vector<std::uint32_t>> all;
  if (!units_) return all;
  for (const std::string& name : units_->names())
    if (const auto replication = replication_in(name))
      all[name.substr(0, content_digits)].push_back(*replication);
  for (auto& [content, replications] : all) std::sort(replications.begin(), replications.end());
  return all;
}

void Store::sweep() const {
  top_->remove_parts();
  units_->remove_parts();
}

void Store::write_output(const std::string& name, const std::string& content) const {
  top_->write(name, content);
}

void Store::forget_outputs() const {
  for (const char* output : outputs) top_->remove(output);
}

Lock::Lock(const std::string& folder) {
  const Folder top = Folder::make(folder);
  const std::vector<std::string> names = top.names();
  if (!std::binary_search(names.begin(), names.end(), mark) && !may_be_taken(top, names))
    throw FileError(fmt::format(
        "{} holds other things, and no file {} that says it is one of a study; give --dir a folder "
        "that is empty or not there yet",
        folder, mark));
  mark_ = locked_mark(top, folder);
  top.make_inside(units_folder);
}

}  // namespace study
