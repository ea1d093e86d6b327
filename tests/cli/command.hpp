// Runs the real command and looks at what it says.
#pragma once
#include <filesystem>
#include <string>

namespace cli {

struct Ran {
  int code = -1;    // exit code, or 128 + signal
  std::string out;  // standard output
  std::string err;  // standard error
};

// An empty folder for the files of a test, which goes away with it.
class Folder {
 public:
  Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder();
  std::string path(const std::string& name) const { return (path_ / name).string(); }
  std::string write(const std::string& name, const std::string& text) const;  // returns its path
  std::size_t files() const;

 private:
  std::filesystem::path path_;
};

std::string read(const std::string& path);
bool contains(const std::string& text, const std::string& part);

// `hubstorm` with these words, as a shell takes them; `environment` stands in front, as in "NO_COLOR=1".
Ran hubstorm(const std::string& words, const std::string& environment = "");

// A script for sh, in this folder, with $H for the command; code and what is said are those of the script.
Ran in_shell(const std::string& script, const Folder& folder);

// The same command, but sends it a signal as soon as it has a handler for interruptions.
Ran hubstorm_interrupted(const std::string& words, int signal);

// The same, but kills it, or the first of its children, with SIGKILL so many milliseconds after it has begun;
// false when it, or all of them, had ended before. Waits for it.
enum class Victim { command, child };
bool hubstorm_killed(const std::string& words, Victim victim, int after_ms, Ran* ran = nullptr);

}  // namespace cli
