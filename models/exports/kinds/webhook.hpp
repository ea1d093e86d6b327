// A kind of destination: a webhook, which is called over HTTP once for each message.
#pragma once
#include "models/exports/destination_kind.hpp"

namespace exports {

const DestinationKind& webhook();

// What a webhook has of its own.
struct WebhookSettings {
  double calls = 0;         // that its endpoint answers, a second
  Duration retry_after{0};  // after a call that was answered 429 or 503
};

}  // namespace exports
