// Mutates the example scenarios and the bad ones, and reads what comes out, for a given time.
//   fuzz_reader SECONDS [SEED [FIRST]]
// An input that takes more than 20 s of processor time, or memory beyond 2 GB, ends it like a crash; the
// number of the last input is on stderr, so that FIRST repeats it.
#include <sys/resource.h>
#include <sys/time.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "models/application/load.hpp"
#include "tests/fuzz/mutate.hpp"
#include "tests/fuzz/target.hpp"

namespace {

namespace fs = std::filesystem;

constexpr int cpu_limit_s = 20;
volatile std::sig_atomic_t current = 0;  // the input that is being read

extern "C" void stopped(int signal) {
  std::fprintf(stderr, "fuzz_reader: signal %d at input %d\n", signal, static_cast<int>(current));
  std::_Exit(1);
}

// The files, and the examples with every default filled in: there, a changed word is most often still valid.
std::vector<std::string> corpus() {
  std::set<fs::path> paths;
  for (const char* folder : {"scenarios", "tests/bad"})
    for (const auto& entry : fs::directory_iterator(fs::path(TREE) / folder))
      if (entry.path().extension() == ".yaml" && entry.file_size() < 20'000) paths.insert(entry.path());
  std::vector<std::string> texts;
  for (const fs::path& path : paths) {
    std::ifstream file(path, std::ios::binary);
    texts.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    if (path.parent_path().filename() == "scenarios")
      texts.push_back(application::load(texts.back(), path.filename().string()).resolved);
  }
  return texts;
}

void limit_memory() {
#ifndef HUBSTORM_SANITIZE  // which reserves far more than it uses
  const rlimit bytes{2'000'000'000, 2'000'000'000};
  setrlimit(RLIMIT_AS, &bytes);
#endif
}

void limit_time() {
  const itimerval limit{{0, 0}, {cpu_limit_s, 0}};
  setitimer(ITIMER_PROF, &limit, nullptr);
}

}  // namespace

int main(int argc, char** argv) {
  const int duration_s = argc > 1 ? std::atoi(argv[1]) : 60;
  const std::uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  const int first = argc > 3 ? std::atoi(argv[3]) : 0;
  for (const int signal : {SIGPROF, SIGABRT, SIGSEGV, SIGFPE, SIGILL, SIGBUS}) std::signal(signal, stopped);
  limit_memory();
  const fuzz::Mutator mutator(corpus(), seed);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(duration_s);
  int n = first;
  for (; std::chrono::steady_clock::now() < end; ++n) {
    current = n;
    limit_time();
    fuzz::read_scenario(mutator.text(static_cast<std::uint64_t>(n)));
  }
  std::printf("%d inputs read\n", n - first);
  return n > first ? 0 : 1;
}
