// Files by their name in a folder that is open: what is moved, linked or put there meanwhile leads nowhere
// else.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/output/descriptor.hpp"
#include "tools/output/file.hpp"

namespace output {

// What a name in a folder stands for, links not followed.
enum class Entry : std::uint8_t { none, file, folder, other };

class Folder {
 public:
  // Nothing where there is none. Throws FileError when it cannot be opened, and for what is no folder.
  static std::optional<Folder> find(const std::string& path);
  // The same, made where there is none, with those above it.
  static Folder make(const std::string& path);
  // A folder inside of this one, which must be no link.
  std::optional<Folder> find_inside(const std::string& name) const;
  Folder make_inside(const std::string& name) const;

  Entry entry(const std::string& name) const;
  // The names of all entries, sorted.
  std::vector<std::string> names() const;
  // The first `most` bytes of a file; nothing where there is none. Throws FileError for a link, and for all
  // else that is no file.
  std::optional<std::string> read(const std::string& name, std::size_t most) const;
  // The content is there when this returns; when it throws FileError all is as it was. A file is replaced, a
  // link or anything else that is no file is an error. Synced and renamed.
  void write(const std::string& name, const std::string& content) const;
  // Opens a file for reading and writing, made where there is none. Throws as `write` does.
  Descriptor open_or_make(const std::string& name) const;
  // Whether the name still stands for this open file: another may have replaced it.
  bool is(const std::string& name, const Descriptor& file) const;
  // Removes a file. What is no file stays.
  void remove(const std::string& name) const;
  // Removes what writers left behind that were killed.
  void remove_parts() const;
  std::string shown(const std::string& name) const;  // the path, for messages

 private:
  Folder(std::string path, Descriptor folder) : path_(std::move(path)), folder_(std::move(folder)) {}
  void require_file_or_none(const std::string& name) const;
  std::string path_;
  Descriptor folder_;
};

// A file that is being written in a folder, under a name that nothing else makes; it goes away unless it is
// given its real name in the end.
class Part {
 public:
  // `folder` is an open descriptor, `shown` what messages call the file; permissions are what the umask
  // leaves unless they are given. Throws FileError, as the others do.
  Part(int folder, std::string shown, std::optional<mode_t> mode = std::nullopt);
  Part(const Part&) = delete;
  Part& operator=(const Part&) = delete;
  ~Part();
  void write(const std::string& content);  // synced
  void become(const std::string& name);    // replaces what has the name

 private:
  int folder_;
  std::string shown_;
  std::string name_;
  Descriptor file_;
};

}  // namespace output
