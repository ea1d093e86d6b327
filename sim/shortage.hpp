// What the machine did not give: memory, processes, descriptors.
#pragma once
#include <exception>
#include <string>

namespace sim {

// Which of them ran out, with the limit and what to do, when that is what an exception says; else empty.
std::string shortage(const std::exception& problem);

}  // namespace sim
