#include "tools/output/folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <memory>

namespace output {
namespace {

constexpr std::string_view part_start = ".hubstorm-", part_end = ".part";
constexpr std::size_t part_digits = 16;

// A name that no other program makes, so that what is left of a killed writer is known by it.
std::string new_part_name() {
  std::uint64_t number = 0;
  if (::getrandom(&number, sizeof number, 0) != sizeof number)
    number = static_cast<std::uint64_t>(::getpid());
  return fmt::format("{}{:016x}{}", part_start, number, part_end);
}

bool is_part(std::string_view name) {
  if (name.size() != part_start.size() + part_digits + part_end.size()) return false;
  const std::string_view digits = name.substr(part_start.size(), part_digits);
  return name.starts_with(part_start) && name.ends_with(part_end) &&
         digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

[[noreturn]] void fail(const std::string& act, const std::string& shown, int error) {
  throw FileError(fmt::format("cannot {} {}: {}", act, shown, std::strerror(error)));
}

constexpr int as_folder = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

// Nothing where nothing has that name.
std::optional<struct stat> status_of(int folder, const std::string& name, const std::string& shown) {
  struct stat status {};
  if (::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) return status;
  if (errno != ENOENT) fail("look at", shown, errno);
  return std::nullopt;
}

}  // namespace

std::optional<Folder> Folder::find(const std::string& path) {
  Descriptor folder(::open(path.c_str(), as_folder));
  if (!folder.open() && errno == ENOENT) return std::nullopt;
  if (!folder.open()) fail("open the folder", path, errno);
  return Folder(path, std::move(folder));
}

Folder Folder::make(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) fail("make the folder", path, error.value());
  if (std::optional<Folder> found = find(path)) return std::move(*found);
  fail("make the folder", path, ENOENT);
}

std::optional<Folder> Folder::find_inside(const std::string& name) const {
  Descriptor folder(::openat(folder_.get(), name.c_str(), as_folder | O_NOFOLLOW));
  if (!folder.open() && errno == ENOENT) return std::nullopt;
  if (!folder.open() && (errno == ENOTDIR || errno == ELOOP))
    throw FileError(shown(name) + " is no folder, and links are not followed; remove it");
  if (!folder.open()) fail("open the folder", shown(name), errno);
  return Folder(shown(name), std::move(folder));
}

Folder Folder::make_inside(const std::string& name) const {
  if (::mkdirat(folder_.get(), name.c_str(), 0777) != 0 && errno != EEXIST)
    fail("make the folder", shown(name), errno);
  if (std::optional<Folder> found = find_inside(name)) return std::move(*found);
  fail("make the folder", shown(name), ENOENT);
}

std::string Folder::shown(const std::string& name) const { return path_ + "/" + name; }

Entry Folder::entry(const std::string& name) const {
  const auto status = status_of(folder_.get(), name, shown(name));
  if (!status) return Entry::none;
  return S_ISREG(status->st_mode) ? Entry::file : S_ISDIR(status->st_mode) ? Entry::folder : Entry::other;
}

void Folder::require_file_or_none(const std::string& name) const {
  const Entry what = entry(name);
  if (what != Entry::file && what != Entry::none)
    throw FileError(shown(name) + " is no file, and links are not followed; remove it");
}

std::vector<std::string> Folder::names() const {
  struct Closer {
    void operator()(DIR* folder) const { ::closedir(folder); }
  };
  // A descriptor of its own, since a listing moves it.
  const int own = ::openat(folder_.get(), ".", as_folder);
  const std::unique_ptr<DIR, Closer> listing(own < 0 ? nullptr : ::fdopendir(own));
  if (!listing) fail("list the folder", path_, errno);
  std::vector<std::string> all;
  while (const dirent* one = ::readdir(listing.get()))
    if (std::strcmp(one->d_name, ".") != 0 && std::strcmp(one->d_name, "..") != 0)
      all.emplace_back(one->d_name);
  std::sort(all.begin(), all.end());
  return all;
}

std::optional<std::string> Folder::read(const std::string& name, std::size_t most) const {
  require_file_or_none(name);
  // What came to be a pipe or a device in the meantime must not hold the command up.
  const Descriptor file(
      ::openat(folder_.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.open() && errno == ENOENT) return std::nullopt;
  if (!file.open()) fail("read", shown(name), errno);
  std::string content;
  char block[1 << 16];
  while (content.size() < most) {
    const ssize_t n = ::read(file.get(), block, std::min(sizeof block, most - content.size()));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail("read", shown(name), errno);
    if (n == 0) break;
    content.append(block, static_cast<std::size_t>(n));
  }
  return content;
}

void Folder::write(const std::string& name, const std::string& content) const {
  require_file_or_none(name);
  Part part(folder_.get(), shown(name));
  part.write(content);
  part.become(name);
}

Descriptor Folder::open_or_make(const std::string& name) const {
  require_file_or_none(name);
  Descriptor file(
      ::openat(folder_.get(), name.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666));
  if (!file.open()) fail("write", shown(name), errno);
  return file;
}

bool Folder::is(const std::string& name, const Descriptor& file) const {
  const auto named = status_of(folder_.get(), name, shown(name));
  struct stat opened {};
  if (::fstat(file.get(), &opened) != 0) fail("look at", shown(name), errno);
  return named && named->st_dev == opened.st_dev && named->st_ino == opened.st_ino;
}

void Folder::remove(const std::string& name) const {
  if (entry(name) != Entry::file) return;
  if (::unlinkat(folder_.get(), name.c_str(), 0) != 0 && errno != ENOENT) fail("remove", shown(name), errno);
}

void Folder::remove_parts() const {
  for (const std::string& name : names())
    if (is_part(name)) remove(name);
}

Part::Part(int folder, std::string shown, std::optional<mode_t> mode)
    : folder_(folder), shown_(std::move(shown)) {
  do {
    name_ = new_part_name();
    file_ = Descriptor(
        ::openat(folder_, name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
  } while (!file_.open() && errno == EEXIST);
  if (!file_.open()) fail("write", shown_, errno);
  if (mode) (void)::fchmod(file_.get(), *mode);
}

Part::~Part() {
  if (!name_.empty()) ::unlinkat(folder_, name_.c_str(), 0);
}

void Part::write(const std::string& content) {
  if (!write_all(file_.get(), content) || ::fsync(file_.get()) != 0 || file_.close() != 0)
    fail("write", shown_, errno);
}

void Part::become(const std::string& name) {
  if (::renameat(folder_, name_.c_str(), folder_, name.c_str()) != 0) fail("write", shown_, errno);
  name_.clear();
  (void)::fsync(folder_);  // best effort: not every file system can
}

}  // namespace output
