// The results of a study on disk: a folder with a file a unit, named after what it depends on. A file is
// whole or not there: written under another name, synced, renamed; a checksum finds what was torn all the
// same. Only what has the store's own names is written or removed, and never through a link.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/measures/report.hpp"
#include "tools/output/folder.hpp"

namespace study {

inline constexpr int unit_format = 1;  // of the files; another one is another unit

// The id of a unit, under which its result is kept: the fingerprint of all that a point's results depend on,
// and the replication (from 0), so that a listing of the files says what is there.
std::string unit_id(const std::string& content, std::uint32_t replication);

// What is kept of a replication.
struct Kept {
  measures::Report report;             // without series, timeline and trace
  std::vector<std::string> unsettled;  // series that were not steady before the first event
};

class Store {
 public:
  // Reads and writes in `folder`, as it is now: what does not exist holds no units. Writing needs the Lock,
  // taken before. Throws output::FileError, as do all others, where something stands that is no file (or no
  // folder) under a name of the store's: links are not followed.
  explicit Store(const std::string& folder);

  enum class State : std::uint8_t { missing, torn, whole };
  State state(const std::string& id) const;
  // Nothing where there is none, its checksum is wrong or it does not hold a result.
  std::optional<Kept> read(const std::string& id) const;
  // Called in the unit's own process.
  void write(const std::string& id, const Kept& kept) const;

  // The replications (from 0) whose files are there, torn ones too, by the content of their point; sorted.
  std::map<std::string, std::vector<std::uint32_t>> there() const;
  // Removes what interrupted writers left behind. Only under the lock.
  void sweep() const;
  // A table or a database that is made of the results: one of `outputs`. Only under the lock.
  void write_output(const std::string& name, const std::string& content) const;
  // Removes the outputs, since results are about to change. Only under the lock.
  void forget_outputs() const;
  const std::string& folder() const { return folder_; }

 private:
  std::optional<std::string> bytes(const std::string& id) const;  // of a whole file, without its head
  std::string folder_;
  std::optional<output::Folder> top_, units_;
};

// The files that commands make of the results, by their names.
inline constexpr const char* outputs[] = {"study.json", "results.csv",   "runs.csv",
                                          "study.db",   "optimise.json", "headroom.json"};

// Takes a folder for the study's own and keeps every other command out of it for as long as it lives.
class Lock {
 public:
  // Makes the folder where there is none. Throws output::FileError when it cannot, when the folder holds
  // other things and was never one of a study, and at once when another command works in it.
  explicit Lock(const std::string& folder);

 private:
  output::Descriptor mark_;
};

}  // namespace study
