// What shows that the keys of what follows a connect, and of how that is metered, do something.
#include "tests/scenario/key_rows.hpp"

namespace keys {

std::vector<Row> twin_rows() {
  const std::string away = outage(), cut_off = reconnecting();
  const std::string narrow = "application.hubs[0].sends={burst: 1s, queue: 1s}";
  const std::string k = "fleet.client.", c = "fleet[0].client.";
  return {
      {"application.metering",
       away,
       {"fleet[0].commands={every: 10m, size: 512 B, response: 0 B}"},
       "application.metering=2018",
       "hub.hub-1.metered"},
      {"fleet.on_connect.again",
       cut_off,
       {"fleet[0].on_connect={twin_reads: 3}", narrow},
       "fleet[0].on_connect.again=5m",
       "recovery.cut.ready.max"},
      {"fleet.on_connect.twin_reads", away, {}, "fleet[0].on_connect={twin_reads: 3}", "twin_reads.sent"},
      {"fleet.on_connect.twin_writes", away, {}, "fleet[0].on_connect={twin_writes: 1}", "properties.sent"},
      {"fleet.on_connect.size",
       away,
       {"fleet[0].on_connect={twin_reads: 3}"},
       "fleet[0].on_connect.size=9 KiB",
       "hub.hub-1.metered"},
      {k + "on_connect.twin_reads", away, {}, c + "on_connect.twin_reads=5", "twin_reads.sent"},
      {k + "on_connect.twin_writes", away, {}, c + "on_connect.twin_writes=5", "properties.sent"},
      {k + "on_connect.size", away, {}, c + "on_connect.size=9 KiB", "hub.hub-1.metered"},
      {k + "on_connect.again",
       cut_off,
       {c + "on_connect.twin_reads=3", narrow},
       c + "on_connect.again=5m",
       "recovery.cut.ready.max"},
  };
}

}  // namespace keys
