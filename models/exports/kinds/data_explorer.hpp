// A kind of destination: a cluster of Azure Data Explorer, which takes data in batches or as it comes.
#pragma once
#include "models/exports/destination_kind.hpp"

namespace exports {

const DestinationKind& data_explorer();

enum class Ingestion : std::uint8_t {
  queued,     // what comes in is collected, and sealed as a batch when its time is over
  streaming,  // as it comes
};

// What a cluster has of its own.
struct DataExplorerSettings {
  Ingestion ingestion = Ingestion::queued;
  Duration batching{0};   // queued: time of a batch
  double throughput = 0;  // bytes a second that it takes
  Duration backoff{0};    // after an answer that it was too much
};

}  // namespace exports
