#include "tools/output/storm_text.hpp"

#include <fmt/format.h>

#include "models/measures/storm.hpp"
#include "tools/output/words.hpp"

namespace output {

namespace {

double detected(const View& view, const std::string& fault) {
  return view.amount("storm." + fault + ".detected");
}

}  // namespace

bool stormed(const View& view, const std::string& fault) { return detected(view, fault) > 0.5; }

std::string storm_text(const View& view, const std::string& fault) {
  const double part = detected(view, fault);
  if (part == 0) return "";
  const std::string prefix = "storm." + fault + ".";
  std::string text = view.style.bad("Retry storm");
  if (part < 1) text += " in " + words::share(part) + " of the replications";
  text += fmt::format(
      ": {} after the fault had ended, {} of the goodput was back, and {} of the attempts were retries.",
      words::duration(sim::seconds(measures::Storm::judged_after)),
      words::share(view.amount(prefix + "goodput")), words::share(view.amount(prefix + "retry_share")));
  const analysis::Metric& back = view.metric(prefix + "goodput_back_after");
  if (back.value) return words::wrap(text + " Half of it was back " + words::value(back) + " after the end.");
  return words::wrap(text + " Half of it was not back by the end of the run" +
                     (back.at_least ? ", " + words::duration(*back.at_least) + " later." : "."));
}

}  // namespace output
