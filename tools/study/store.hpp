// The results of a study on disk: a folder with a file a unit, named after what it depends on. A file is
// whole or not there: written under another name, synced, renamed; a checksum finds what was torn all the
// same.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/measures/report.hpp"

namespace study {

inline constexpr int unit_format = 1;  // of the files; another one is another unit

// What is kept of a replication.
struct Kept {
  measures::Report report;             // without series, timeline and trace
  std::vector<std::string> unsettled;  // series that were not steady before the first event
};

class Store {
 public:
  // Reads and writes below `folder`, which is made when first needed.
  explicit Store(std::string folder) : folder_(std::move(folder)) {}

  enum class State : std::uint8_t { missing, torn, whole };
  State state(const std::string& id) const;
  // Nothing where there is none or its checksum is wrong.
  std::optional<Kept> read(const std::string& id) const;
  // Throws output::FileError. Called in the unit's own process.
  void write(const std::string& id, const Kept& kept) const;

  // Ids of all units that are there, sorted.
  std::vector<std::string> ids() const;
  // Removes what interrupted writers left behind. Only under the lock.
  void sweep() const;
  // Removes tables and databases that were made of the results, since those are about to change.
  void forget_outputs() const;
  const std::string& folder() const { return folder_; }

 private:
  std::string path(const std::string& id) const;
  std::optional<std::string> bytes(const std::string& id) const;  // of a whole file, without its head
  std::string folder_;
};

// Keeps a second runner out of a folder for as long as it lives.
class Lock {
 public:
  // Throws output::FileError when another one has it, or the folder cannot be made.
  explicit Lock(const std::string& folder);
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  ~Lock();

 private:
  int descriptor_ = -1;
};

}  // namespace study
