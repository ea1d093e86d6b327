// Retry storms and lost regions, told step by step by hand.
#include <catch2/catch.hpp>

#include "models/measures/regions.hpp"
#include "models/measures/storm.hpp"
#include "tests/analytic/formulas/formula.hpp"

using formula::at;
using formula::cause_no;
using formula::hub_no;
using signals::Activity;
using signals::RegionStep;

namespace {

// A fault from 3,600 to 3,900 s, judged at 4,500. Of ten devices eight are connected before it and lose their
// connection; the other two want one all the while. Before the fault ends six of the eight ask for the first
// time. Within the ten minutes these six ask twice more, each time in vain, and two for the first time: 12
// retries of 14. A renewal at another hub's door would count, and the one at 4,500 s does not. Three are back
// at 4,400 s, a fourth a second after the judgement and a fifth at 4,700: of all that want service 3 of 10
// have it, over 8 of 10 before: 0.375, as of the losers. Half of it is back with the fourth.
measures::Report storm() {
  measures::Storm storm({{"wave", at(3600), at(3900)}}, 12, at(7200));
  for (measures::Device d = 0; d < 10; ++d) storm.joined(d, at(0));
  for (measures::Device d = 0; d < 8; ++d) storm.online(d, at(1), at(0), hub_no(0));
  storm.fault_began(at(3600), cause_no(0));
  for (measures::Device d = 0; d < 8; ++d) storm.offline(d, at(3600), hub_no(0), cause_no(0), false);
  const auto ask = [&](measures::Device d, double when, bool in_vain) {
    storm.activity(d, at(when), Activity::on_wire, hub_no(0));
    if (in_vain)
      storm.failed(d, at(when), at(when + 1), hub_no(0), signals::Error::timeout, ids::CauseId::none);
  };
  for (measures::Device d = 0; d < 6; ++d) ask(d, 3899, false);
  for (const double when : {3900, 4499})
    for (measures::Device d = 0; d < 6; ++d) ask(d, when, true);
  for (measures::Device d = 6; d < 8; ++d) ask(d, 4000, false);
  ask(6, 4500, false);
  // A retry that comes to nothing, since its program stops before, is none.
  ask(5, 4499, false);
  storm.stopped(5, at(4498), ids::CauseId::none, at(4499), hub_no(0));
  for (measures::Device d = 0; d < 3; ++d) storm.online(d, at(4400), at(3600), hub_no(0));
  storm.online(3, at(4501), at(3600), hub_no(0));
  storm.online(4, at(4700), at(3600), hub_no(0));
  storm.finish(at(7200));
  measures::Report report;
  storm.report(report);
  return report;
}

const formula::History retries{storm,
                               {{"storm.wave.goodput", 0.375},
                                {"storm.wave.retry_share", 12.0 / 14},
                                {"storm.wave.detected", 1},
                                {"storm.wave.goodput_back_after", 601}}};

// The region is lost at 3,600 s. DPS serves again at 5,000 s; of three hubs the second may not be allocated
// to and the third, which may, serves from 5,050 s on.
measures::Report region() {
  measures::Regions regions(formula::by<ids::CauseId, std::string>({"gone", "other"}), 3, 3,
                            std::chrono::minutes{5}, true, {"gone", "other"});
  regions.region_step(at(3600), cause_no(0), RegionStep::lost);
  regions.dps_serves(at(3600), false);
  for (std::size_t h = 0; h < 3; ++h) regions.hub_serves(at(3600), hub_no(h), false);
  regions.region_step(at(3900), cause_no(0), RegionStep::detected);
  regions.region_step(at(4000), cause_no(0), RegionStep::decided);
  regions.region_step(at(5000), cause_no(0), RegionStep::dps_back);
  regions.dps_serves(at(5000), true);
  regions.hub_allocatable(at(5010), hub_no(1), false);
  regions.hub_serves(at(5020), hub_no(1), true);
  regions.hub_serves(at(5050), hub_no(2), true);
  regions.region_step(at(5100), cause_no(0), RegionStep::hubs_back);
  regions.region_forgot(at(5100), cause_no(0), 12, 33.4);
  regions.finish(at(7200));
  measures::Report report;
  regions.report(report);
  return report;
}

const formula::History loss{region,
                            {{"region.gone.detected", 300},
                             {"region.gone.decided", 400},
                             {"region.gone.dps_back", 1400},
                             {"region.gone.hubs_back", 1500},
                             {"region.gone.service_rto", 1450},
                             {"region.gone.rpo", 300},
                             {"region.gone.twins_lost", 12},
                             {"region.gone.unread_lost", 33},
                             {"region.other.detected", formula::none},
                             {"region.other.rpo", formula::none}}};

}  // namespace

TEST_CASE("formulas of retry storms", "[formula]") { retries.check(); }

TEST_CASE("formulas of a lost region", "[formula]") { loss.check(); }
