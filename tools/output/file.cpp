#include "tools/output/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>

#include "tools/output/descriptor.hpp"
#include "tools/output/folder.hpp"
#include "tools/output/streams.hpp"

namespace output {

bool write_all(int descriptor, std::string_view content) noexcept {
  while (!content.empty()) {
    const ssize_t n = ::write(descriptor, content.data(), content.size());
    if (n > 0) content.remove_prefix(static_cast<std::size_t>(n));
    if (content.empty()) break;
    if (n < 0 && errno == EAGAIN) {  // somebody made it one that does not wait
      pollfd slow{descriptor, POLLOUT, 0};
      if (::poll(&slow, 1, -1) >= 0) continue;
    }
    if (n < 0 && errno != EINTR) return false;
    if (!stop_asked) continue;
    errno = EINTR;  // a write that was cut short says no such thing
    return false;
  }
  return true;
}

namespace {

[[noreturn]] void fail(const std::string& path, int error) {
  throw FileError("cannot write " + path + ": " + std::strerror(error));
}

std::optional<struct stat> status_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? std::optional(status) : std::nullopt;
}

bool is_special(const std::optional<struct stat>& status) {
  return status && !S_ISREG(status->st_mode) && !S_ISDIR(status->st_mode);
}

std::string same_file(const struct stat& status) {
  return fmt::format("{}:{}", status.st_dev, status.st_ino);
}

bool is_link(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::is_symlink(path, error);
}

// A link is followed, so that renaming replaces what it points to, not the link.
std::string real_path(const std::string& path) {
  std::error_code error;
  std::filesystem::path whole = std::filesystem::absolute(path, error);
  // One that leads nowhere yet, which weakly_canonical takes for a name; a chain of them is as long as a
  // loop.
  for (int links = 0; !error && links < 40 && is_link(whole); ++links)
    whole = whole.parent_path() / std::filesystem::read_symlink(whole, error);
  const std::filesystem::path real = error ? whole : std::filesystem::weakly_canonical(whole, error);
  return error ? path : real.string();
}

// A file beside `path`, with the permissions of what it is to replace.
class Beside {
 public:
  explicit Beside(const std::string& path)
      : path_(real_path(path)), folder_(open_folder(path)), part_(begin(path)) {}

  void write(const std::string& content) {
    part_.write(content);
    part_.become(path_.filename());
  }

 private:
  Descriptor open_folder(const std::string& shown) const {
    const std::string parent = path_.parent_path();
    Descriptor folder(::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.open()) fail(shown, errno);
    return folder;
  }

  Part begin(const std::string& shown) const {
    struct stat status {};
    const bool exists = ::stat(path_.c_str(), &status) == 0;
    if (!exists && errno != ENOENT) fail(shown, errno);
    if ((exists && S_ISDIR(status.st_mode)) || !path_.has_filename()) fail(shown, EISDIR);
    if (exists && ::access(path_.c_str(), W_OK) != 0) fail(shown, errno);
    return Part(folder_.get(), shown, exists ? std::optional<mode_t>(status.st_mode & 07777) : std::nullopt);
  }

  std::filesystem::path path_;
  Descriptor folder_;
  Part part_;
};

}  // namespace

void check_writable(const std::string& path) {
  if (is_special(status_of(path))) {
    if (::access(path.c_str(), W_OK) != 0) fail(path, errno);
    return;
  }
  const Beside file(path);
}

void write_file(const std::string& path, const std::string& content) {
  if (is_special(status_of(path))) {
    const Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!file.open() || !write_all(file.get(), content)) fail(path, errno);
    return;
  }
  Beside(path).write(content);
}

std::string place_of(const std::string& path) {
  const auto status = status_of(path);
  return status ? same_file(*status) : real_path(path);
}

std::string place_of(int descriptor) {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) ? same_file(status) : std::string();
}

}  // namespace output
