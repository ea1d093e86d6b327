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

Ran in_shell(const std::string& script, const Folder& folder) {
  const Folder said;
  const std::string file = said.write(
      "script", "cd " + folder.path("") + " || exit 99\nH=" + BUILD + "/hubstorm\n" + script + "\n");
  return ended(
      std::system(
          ("exec sh " + file + " >" + said.path("out") + " 2>" + said.path("err") + " </dev/null").c_str()),
      said);
}

namespace {

// Starts the command; returns when the shell runs, so that the handlers of this process are not taken for the
// command's.
pid_t start(const std::string& command) {
  const char* const words_of_shell[] = {"sh", "-c", command.c_str(), nullptr};
  pid_t process = -1;
  if (::posix_spawn(&process, "/bin/sh", nullptr, nullptr, const_cast<char* const*>(words_of_shell),
                    environ) != 0)
    return -1;
  return process;
}

pid_t first_child(pid_t process) {
  std::ifstream children("/proc/" + std::to_string(process) + "/task/" + std::to_string(process) +
                         "/children");
  pid_t child = -1;
  return children >> child ? child : -1;
}

}  // namespace

Ran hubstorm_interrupted(const std::string& words, int signal) {
  const Folder folder;
  const pid_t process = start(shell_command(words, "", folder));
  if (process < 0) return {};
  int status = 0;
  while (!catches(process, signal)) {
    if (::waitpid(process, &status, WNOHANG) == process) return ended(status, folder);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  ::kill(process, signal);
  ::waitpid(process, &status, 0);
  return ended(status, folder);
}

bool hubstorm_killed(const std::string& words, Victim victim, int after_ms, Ran* ran) {
  const Folder folder;
  const pid_t process = start(shell_command(words, "", folder));
  if (process < 0) return false;
  std::this_thread::sleep_for(std::chrono::milliseconds(after_ms));
  int status = 0;
  bool killed = false;
  while (!killed && ::waitpid(process, &status, WNOHANG) == 0) {
    const pid_t doomed = victim == Victim::command ? process : first_child(process);
    killed = doomed > 0 && ::kill(doomed, SIGKILL) == 0;
  }
  if (killed) ::waitpid(process, &status, 0);
  if (ran) *ran = ended(status, folder);
  return killed;
}

}  // namespace cli
