// The scenarios of tests/bad: x.yaml, and overrides, one a line, in x.set where there is one.
#pragma once
#include <filesystem>
#include <set>
#include <string>

namespace bad {

// All files there with this extension.
std::set<std::filesystem::path> files(const std::string& extension);

std::string content(const std::filesystem::path& path);

// Loads the scenario; throws application::Invalid.
void load(const std::filesystem::path& scenario);

}  // namespace bad
