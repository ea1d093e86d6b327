#include "tools/output/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace output {
namespace {

[[noreturn]] void fail(const std::string& path, int error) {
  throw FileError("cannot write " + path + ": " + std::strerror(error));
}

// An open file that is closed in the end, whatever happens.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int get() const { return number_; }
  int close() { return ::close(std::exchange(number_, -1)); }

 private:
  int number_;
};

// Whether all of it went out; otherwise errno says why not.
bool write_all(int descriptor, const std::string& content) {
  for (std::size_t done = 0; done < content.size();) {
    const ssize_t n = ::write(descriptor, content.data() + done, content.size() - done);
    if (n < 0 && errno != EINTR) return false;
    if (n > 0) done += static_cast<std::size_t>(n);
  }
  return true;
}

bool is_special(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

// A link is followed, so that renaming replaces what it points to, not the link.
std::string real_path(const std::string& path) {
  std::error_code error;
  const std::filesystem::path real = std::filesystem::weakly_canonical(path, error);
  return error ? path : real.string();
}

// A temporary file beside `path`, with the permissions of what it replaces; gone unless moved there.
class Beside {
 public:
  explicit Beside(const std::string& path)
      : shown_(path), path_(real_path(path)), name_(path_ + ".XXXXXX"), file_(create()) {}
  Beside(const Beside&) = delete;
  Beside& operator=(const Beside&) = delete;
  ~Beside() {
    if (!moved_) ::unlink(name_.c_str());
  }

  void write(const std::string& content) {
    if (!write_all(file_.get(), content) || ::fsync(file_.get()) != 0 || file_.close() != 0)
      fail(shown_, errno);
  }

  void move() {
    if (::rename(name_.c_str(), path_.c_str()) != 0) fail(shown_, errno);
    moved_ = true;
    const std::string parent = std::filesystem::path(path_).parent_path().string();
    const Descriptor folder(
        ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.get() >= 0) ::fsync(folder.get());  // best effort: not every file system can
  }

 private:
  // mkstemp gives a private file; the one it replaces, or else the umask, says who may read it.
  int create() {
    struct stat status {};
    const bool exists = ::stat(path_.c_str(), &status) == 0;
    if (exists && S_ISDIR(status.st_mode)) fail(shown_, EISDIR);
    if (exists && ::access(path_.c_str(), W_OK) != 0) fail(shown_, errno);
    const mode_t mask = ::umask(0);
    ::umask(mask);
    const int descriptor = ::mkstemp(name_.data());
    if (descriptor < 0) fail(shown_, errno);
    ::fchmod(descriptor, exists ? status.st_mode & 07777 : 0666 & ~mask);
    return descriptor;
  }

  std::string shown_;
  std::string path_;
  std::string name_;
  bool moved_ = false;
  Descriptor file_;
};

}  // namespace

void check_writable(const std::string& path) {
  if (is_special(path)) {
    if (::access(path.c_str(), W_OK) != 0) fail(path, errno);
    return;
  }
  const Beside file(path);
}

void write_file(const std::string& path, const std::string& content) {
  if (is_special(path)) {
    const Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (file.get() < 0 || !write_all(file.get(), content)) fail(path, errno);
    return;
  }
  Beside file(path);
  file.write(content);
  file.move();
}

void write_stdout(const std::string& content) {
  if (!write_all(STDOUT_FILENO, content)) fail("to standard output", errno);
}

}  // namespace output
