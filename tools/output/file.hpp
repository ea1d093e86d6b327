// Files that are whole or not there: written beside their place, synced, renamed.
#pragma once
#include <stdexcept>
#include <string>

namespace output {

// A file that cannot be written; the message names the path and the reason.
struct FileError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Throws FileError unless write_file(path) can work; leaves nothing behind.
void check_writable(const std::string& path);

// The content is at `path` when this returns; when it throws FileError the path is as it was. What is no
// regular file, such as a pipe or /dev/null, is written to directly.
void write_file(const std::string& path, const std::string& content);

// Throws FileError when standard output does not take it (a full disk, say).
void write_stdout(const std::string& content);

}  // namespace output
