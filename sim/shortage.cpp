#include "sim/shortage.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <cerrno>
#include <new>
#include <optional>
#include <system_error>

namespace sim {
namespace {

std::optional<rlim_t> limit_of(__rlimit_resource_t resource) {
  rlimit limit{};
  if (::getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return std::nullopt;
  return limit.rlim_cur;
}

std::string memory() {
  const char* advice = "raise it, or run fewer processes at a time";
  if (const auto limit = limit_of(RLIMIT_AS))
    return fmt::format("out of memory: the limit is {} KiB of addresses (ulimit -v); {}", *limit / 1024,
                       advice);
  if (const auto limit = limit_of(RLIMIT_DATA))
    return fmt::format("out of memory: the limit is {} KiB of data (ulimit -d); {}", *limit / 1024, advice);
  return "out of memory: the machine, or the container, has no more; run fewer processes at a time";
}

std::string processes() {
  const auto limit = limit_of(RLIMIT_NPROC);
  return fmt::format("out of processes: the limit is {}; raise it, or run fewer processes at a time",
                     limit ? fmt::format("{} of this user (ulimit -u), or that of the container", *limit)
                           : "that of the container or of the machine");
}

std::string descriptors() {
  const auto limit = limit_of(RLIMIT_NOFILE);
  return fmt::format(
      "out of file descriptors: the limit is {} (ulimit -n); raise it, or run fewer processes at "
      "a time",
      limit ? fmt::to_string(*limit) : "none");
}

}  // namespace

std::string shortage(const std::exception& problem) {
  if (dynamic_cast<const std::bad_alloc*>(&problem)) return memory();
  const auto* of_system = dynamic_cast<const std::system_error*>(&problem);
  if (!of_system) return "";
  switch (of_system->code().value()) {
    case ENOMEM:
      return memory();
    case EAGAIN:
      return processes();
    case EMFILE:
      return descriptors();
    case ENFILE:
      return "out of file descriptors: the machine has no more";
    default:
      return "";
  }
}

}  // namespace sim
