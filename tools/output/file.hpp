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

// The content is at `path` when this returns; when it throws FileError the path is as it was. A link is
// followed: what it points to is replaced. What is no regular file, such as a pipe or /dev/null, is written
// to directly.
void write_file(const std::string& path, const std::string& content);

// The same for any two spellings of one place, be it by links or by a way round; of different places it
// differs. Nothing need be there.
std::string place_of(const std::string& path);
// The same of the file that an open descriptor writes to or reads from; empty unless it is a regular one.
std::string place_of(int descriptor);

}  // namespace output
