#include "models/exports/blob_container.hpp"

#include <algorithm>
#include <chrono>

namespace exports {

namespace {

constexpr Duration window = std::chrono::seconds(1);  // the targets are stated a second

Duration longest(const Sink::Setup& setup, const BlobFigures& figures) {
  return std::max({setup.longest, figures.file, figures.busy_waits.back()});
}

}  // namespace

BlobContainer::BlobContainer(const Destination& settings, const Setup& setup, const BlobFigures& figures)
    : Sink(settings, setup),
      figures_(figures),
      requests_(settings.requests, window, longest(setup, figures), setup.senders),
      ingress_(settings.ingress, window, longest(setup, figures), setup.senders) {}

std::optional<Duration> BlobContainer::busy_wait(std::uint32_t n) const {
  const std::size_t last = figures_.busy_waits.size() - 1;
  return figures_.busy_waits[std::min<std::size_t>(n - 1, last)];
}

double BlobContainer::takes_per_second(double bytes_each) const {
  return bytes_each > 0 ? settings_.ingress / bytes_each : 0;
}

void BlobContainer::apply_limits(Time now) {
  requests_.set_rate(now, settings_.requests * capacity());
  ingress_.set_rate(now, settings_.ingress * capacity());
}

// A file for each partition and kind of data, or none of them; of a long backlog as much as the ingress lets
// in.
std::uint64_t BlobContainer::admit(Time now, const Offer& offer) {
  const double files = offer.files, wanted = static_cast<double>(offer.messages) * offer.bytes_each;
  const double bytes = ingress_.available(now, offer.sender, wanted, offer.span);
  const std::uint64_t n = wanted > bytes ? whole(bytes / offer.bytes_each) : offer.messages;
  if (requests_.available(now, offer.sender, files, offer.span) < files || n == 0) return 0;
  requests_.take(files);
  ingress_.take(static_cast<double>(n) * offer.bytes_each);
  counters_.requests += offer.files;
  if (has_secondary(settings_.redundancy) && settings_.failover) {
    while (!unsynced_.empty() && unsynced_.front().at <= now - figures_.sync) unsynced_.pop_front();
    unsynced_.push_back({now, n});
  }
  return n;
}

bool BlobContainer::readable_while_lost() const { return !local_ && reads_secondary(settings_.redundancy); }

std::uint64_t BlobContainer::left_behind(Time lost) const {
  std::uint64_t messages = 0;
  for (const Write& write : unsynced_)
    if (write.at > lost - figures_.sync) messages += write.messages;
  return messages;
}

}  // namespace exports
