#include "tools/study/race.hpp"

#include <algorithm>
#include <functional>

#include "tools/analysis/combine.hpp"
#include "tools/analysis/interval.hpp"

namespace study {
namespace {

using analysis::Verdict;
using application::Expectation;

// The interval of a metric's mean that misses it on either side with this probability. Nothing where a
// replication has no value.
std::optional<analysis::Interval> interval(const std::vector<double>& values, double error) {
  return analysis::mean_interval(values, 1 - 2 * error);
}

class Racing {
 public:
  Racing(const std::vector<std::vector<Expectation>>& expectations, const Source& source,
         const RaceRules& rules)
      : expectations_(expectations), source_(source), rules_(rules), looks_(looks(rules.first, rules.most)) {
    std::size_t most = 0;
    for (const auto& one : expectations) most = std::max(most, one.size());
    const double comparisons = static_cast<double>(expectations.size() * (most + 1) * looks_.size());
    error_ = (1 - rules.confidence) / comparisons;
    race_.points.resize(expectations.size());
    look_.assign(expectations.size(), 0);
  }

  Race run() {
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < race_.points.size(); ++i) all.push_back(i);
    look_at(all);
    for (;;) {
      choose();
      const std::vector<std::size_t> next = contenders();
      if (next.empty()) break;
      for (const std::size_t point : next) ++look_[point];
      look_at(next);
    }
    race_.certain = race_.winner.has_value();
    for (const Contender& one : race_.points) {
      if (may_win(one)) race_.certain = false;
      race_.replications += one.n;
    }
    return std::move(race_);
  }

 private:
  // Has the points' replications run up to their look, and judges them anew.
  void look_at(const std::vector<std::size_t>& points) {
    std::vector<Source::Asked> asked;
    for (const std::size_t point : points)
      for (std::uint32_t r = race_.points[point].n; r < looks_[look_[point]]; ++r)
        asked.emplace_back(point, r);
    std::stable_sort(asked.begin(), asked.end(),
                     [](const auto& a, const auto& b) { return a.second < b.second; });
    source_.ensure(asked);
    for (const std::size_t point : points) {
      Contender& one = race_.points[point];
      one.point = point;
      one.n = looks_[look_[point]];
      const Verdict verdict = judge_all(expectations_[point], source_, point, one.n, error_);
      // What was shown once stays shown: the error of every look is paid for.
      if (one.standing == Standing::open && verdict == Verdict::pass) one.standing = Standing::meets;
      if (one.standing == Standing::open && verdict == Verdict::fail) one.standing = Standing::misses;
      measure_objective(one);
    }
  }

  // In the direction that is small when good; nothing where it has no value.
  std::optional<double> objective(std::size_t point, std::uint32_t replication) const {
    const auto& values = source_.report(point, replication).values;
    const auto found = values.find(rules_.metric);
    // A lower bound is no value to compare.
    if (found == values.end() || !found->second.value || found->second.at_least) return std::nullopt;
    return rules_.maximise ? -*found->second.value : *found->second.value;
  }

  void measure_objective(Contender& one) const {
    std::vector<double> values;
    one.objective.reset();
    one.ci95.reset();
    for (std::uint32_t r = 0; r < one.n; ++r) {
      const std::optional<double> value = objective(one.point, r);
      if (!value) return;
      values.push_back(*value);
    }
    one.objective = analysis::mean(values);
    one.ci95 = analysis::mean_interval(values);
  }

  // Whether `point` is shown not to be better than `than`: replication by replication, so that common seeds
  // tell.
  bool worse(std::size_t point, std::size_t than) const {
    if (!race_.points[point].objective) return true;
    std::vector<double> differences;
    for (std::uint32_t r = 0; r < std::min(race_.points[point].n, race_.points[than].n); ++r)
      differences.push_back(*objective(point, r) - *objective(than, r));
    const std::optional<analysis::Interval> found = interval(differences, error_);
    if (!found) return false;
    // As good is not better, once it was seen often enough: few equal runs say little of rare differences.
    return found->low > 0 || (found->low == 0 && found->high == 0 && differences.size() >= seen_enough);
  }

  bool better(const Contender& a, const Contender& b) const {
    return std::pair(*a.objective, a.point) < std::pair(*b.objective, b.point);
  }

  void choose() {
    race_.winner.reset();
    for (const Contender& one : race_.points)
      if (one.standing == Standing::meets && one.objective &&
          (!race_.winner || better(one, race_.points[*race_.winner])))
        race_.winner = one.point;
    for (Contender& one : race_.points)
      one.dominated = race_.winner && one.point != *race_.winner && worse(one.point, *race_.winner);
  }

  bool may_win(const Contender& one) const {
    return one.standing != Standing::misses && !one.dominated && one.objective && one.point != race_.winner;
  }

  bool can_look(const Contender& one) const { return look_[one.point] + 1 < looks_.size(); }

  // Who gets more replications: the two most promising of those that may still win, and the winner where it
  // is one of a close pair, or has not been seen often enough.
  std::vector<std::size_t> contenders() const {
    std::vector<const Contender*> open;
    bool close = false;
    for (const Contender& one : race_.points) {
      if (!may_win(one)) continue;
      close = close || one.standing == Standing::meets;
      if (can_look(one)) open.push_back(&one);
    }
    std::sort(open.begin(), open.end(),
              [this](const Contender* a, const Contender* b) { return better(*a, *b); });
    std::vector<std::size_t> next;
    constexpr std::size_t at_a_time = 2;
    for (std::size_t i = 0; i < std::min(at_a_time, open.size()); ++i) next.push_back(open[i]->point);
    if (!race_.winner) return next;
    const Contender& winner = race_.points[*race_.winner];
    const bool unseen = next.empty() && winner.n < rules_.confirm;
    if ((unseen || close) && can_look(winner)) next.push_back(winner.point);
    return next;
  }

  const std::vector<std::vector<Expectation>>& expectations_;
  const Source& source_;
  const RaceRules& rules_;
  std::vector<std::uint32_t> looks_;
  std::vector<std::size_t> look_;  // index of the look of each point
  double error_ = 0;
  Race race_;
};

// The values of a metric in the replications that have one.
std::vector<double> values_of(const std::vector<measures::Report>& reports, const std::string& metric) {
  std::vector<double> values;
  for (const measures::Report& report : reports)
    if (const auto found = report.values.find(metric); found != report.values.end() && found->second.value)
      values.push_back(*found->second.value);
  return values;
}

// Of values none of which is negative the mean is above zero for certain once one of them is.
bool surely_not_zero(const Expectation& expectation, const std::vector<double>& values) {
  const bool zero_asked =
      expectation.limit == 0 && (expectation.comparison == application::Comparison::equal ||
                                 expectation.comparison == application::Comparison::less_equal);
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  return zero_asked && !values.empty() && *least >= 0 && *most > 0;
}

}  // namespace

std::vector<std::uint32_t> looks(std::uint32_t first, std::uint32_t most) {
  std::vector<std::uint32_t> all{std::min(first, most)};
  while (all.back() < most) all.push_back(std::min(most, all.back() + std::max(1u, all.back() / 2)));
  return all;
}

Verdict judge_all(const std::vector<Expectation>& expectations, const Source& source, std::size_t point,
                  std::uint32_t n, double error) {
  std::vector<measures::Report> reports(n);
  for (const Expectation& one : expectations)
    for (std::uint32_t r = 0; r < n; ++r) {
      const auto& values = source.report(point, r).values;
      const auto found = values.find(one.metric);
      if (found != values.end()) reports[r].values.insert(*found);
    }
  analysis::Metrics metrics = analysis::combine(reports);
  Verdict worst = Verdict::pass;
  for (const Expectation& one : expectations) {
    const std::vector<double> values = values_of(reports, one.metric);
    if (surely_not_zero(one, values)) return Verdict::fail;
    const auto metric = metrics.find(one.metric);
    if (metric != metrics.end() && metric->second.ci95) metric->second.ci95 = interval(values, error);
    Verdict verdict = analysis::judge(one, metrics, true).verdict;
    // Values that were equal so far prove little: what happens in one run of five is seen in none of three
    // half the time.
    const bool equal =
        std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) == values.end();
    if (equal && values.size() == n && n < seen_enough) verdict = Verdict::inconclusive;
    if (verdict == Verdict::fail) return Verdict::fail;
    if (verdict == Verdict::inconclusive) worst = Verdict::inconclusive;
  }
  return worst;
}

Race race(const std::vector<std::vector<Expectation>>& expectations, const Source& source,
          const RaceRules& rules) {
  return Racing(expectations, source, rules).run();
}

}  // namespace study
