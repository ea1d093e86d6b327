#include "tests/cli/command.hpp"

#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

namespace cli {

Folder::Folder() {
  std::string name = (std::filesystem::temp_directory_path() / "hubstorm-cli-XXXXXX").string();
  path_ = ::mkdtemp(name.data());
}

Folder::~Folder() { std::filesystem::remove_all(path_); }

std::string Folder::write(const std::string& name, const std::string& text) const {
  std::ofstream(path(name), std::ios::binary) << text;
  return path(name);
}

std::size_t Folder::files() const {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path_), {}));
}

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

namespace {

std::string shell_command(const std::string& words, const std::string& environment, const Folder& folder) {
  return "exec env " + environment + " " + BUILD + "/hubstorm " + words + " >" + folder.path("out") + " 2>" +
         folder.path("err") + " </dev/null";
}

Ran ended(int status, const Folder& folder) {
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return {code, read(folder.path("out")), read(folder.path("err"))};
}

// Whether the command itself, no more the shell that starts it, catches the signal, as the kernel says.
bool catches(pid_t process, int signal) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string word; status >> word;)
    if (word == "Name:") {
      status >> word;
      if (word != "hubstorm") return false;
    } else if (word == "SigCgt:") {
      unsigned long long mask = 0;
      status >> std::hex >> mask;
      return (mask >> (signal - 1) & 1) != 0;
    }
  return false;
}

}  // namespace

Ran hubstorm(const std::string& words, const std::string& environment) {
  const Folder folder;
  return ended(std::system(shell_command(words, environment, folder).c_str()), folder);
}

Ran hubstorm_interrupted(const std::string& words, int signal) {
  const Folder folder;
  const std::string command = shell_command(words, "", folder);
  // Returns when the shell runs, so that the handlers of this process are not taken for the command's.
  const char* const words_of_shell[] = {"sh", "-c", command.c_str(), nullptr};
  pid_t process = 0;
  if (::posix_spawn(&process, "/bin/sh", nullptr, nullptr, const_cast<char* const*>(words_of_shell),
                    environ) != 0)
    return {};
  int status = 0;
  while (!catches(process, signal)) {
    if (::waitpid(process, &status, WNOHANG) == process) return ended(status, folder);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  ::kill(process, signal);
  ::waitpid(process, &status, 0);
  return ended(status, folder);
}

}  // namespace cli
