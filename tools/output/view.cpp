#include "tools/output/view.hpp"

#include "tools/output/words.hpp"

namespace output {

const analysis::Metric& View::metric(const std::string& name) const {
  static const analysis::Metric none;
  const auto found = result.metrics.find(name);
  return found == result.metrics.end() ? none : found->second;
}

std::string View::words(const std::string& name) const { return words::value(metric(name)); }

}  // namespace output
