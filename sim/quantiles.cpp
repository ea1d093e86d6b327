#include "sim/quantiles.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <limits>
#include <stdexcept>

#include "sim/invariant.hpp"

namespace sim {

namespace {

// Values below 2048 have a bucket each; above, every octave has 1024 buckets of equal width, so that the
// middle of a bucket is at most 2^-11 of any of its values away.
constexpr unsigned bits = 10;
constexpr std::uint64_t per_octave = 1u << bits;
constexpr std::size_t bucket_limit = (63 - bits) * per_octave + per_octave;

std::size_t bucket_of(std::int64_t value) {
  const auto v = static_cast<std::uint64_t>(value);
  if (v < 2 * per_octave) return v;
  const unsigned shift = static_cast<unsigned>(std::bit_width(v)) - 1 - bits;
  return shift * per_octave + (v >> shift);
}

std::int64_t middle_of(std::size_t bucket) {
  if (bucket < 2 * per_octave) return static_cast<std::int64_t>(bucket);
  const std::uint64_t shift = bucket / per_octave - 1;
  const std::uint64_t lowest = (bucket - shift * per_octave) << shift;
  return static_cast<std::int64_t>(lowest + (std::uint64_t{1} << shift) / 2);
}

// To five decimal digits; it stays within its bucket, which is at least ten times as wide as what that moves
// it.
std::int64_t rounded(std::int64_t value) {
  std::int64_t unit = 1;
  while (value / unit >= 100'000) unit *= 10;
  return (value + unit / 2) / unit * unit;
}

}  // namespace

// Makes room for a bucket.
void Quantiles::reach(std::size_t bucket) {
  const std::size_t octave = bucket / per_octave * per_octave;
  if (buckets_.empty()) first_ = octave;
  if (octave < first_) {
    buckets_.insert(buckets_.begin(), first_ - octave, 0);
    first_ = octave;
  }
  if (octave + per_octave > first_ + buckets_.size()) buckets_.resize(octave + per_octave - first_);
}

void Quantiles::add(std::int64_t value, std::uint64_t times) {
  require(value >= 0, "a histogram holds no negative values");
  if (times == 0) return;
  const std::size_t bucket = bucket_of(value);
  reach(bucket);
  buckets_[bucket - first_] += times;
  min_ = count_ == 0 ? value : std::min(min_, value);
  max_ = std::max(max_, value);
  count_ += times;
  sum_ += WideInt{value} * static_cast<WideInt>(times);
}

void Quantiles::merge(const Quantiles& other) {
  if (other.count_ == 0) return;
  reach(bucket_of(other.min_));
  reach(bucket_of(other.max_));
  for (std::size_t i = 0; i < other.buckets_.size(); ++i)
    buckets_[other.first_ + i - first_] += other.buckets_[i];
  min_ = count_ == 0 ? other.min_ : std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  count_ += other.count_;
  sum_ += other.sum_;
}

double Quantiles::mean() const {
  return count_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(count_);
}

std::int64_t Quantiles::at_rank(std::uint64_t k) const {
  require(k >= 1 && k <= count_, "a rank lies between 1 and the count");
  if (k == 1) return min_;
  if (k == count_) return max_;
  std::size_t i = 0;
  for (std::uint64_t below = buckets_[0]; below < k; below += buckets_[i]) ++i;
  return std::clamp(rounded(middle_of(first_ + i)), min_, max_);
}

std::uint64_t Quantiles::count_through(std::int64_t value) const {
  const std::size_t last = bucket_of(value);
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < buckets_.size() && first_ + i <= last; ++i) below += buckets_[i];
  return below;
}

namespace {

void put(std::string& text, std::uint64_t number) {
  char digits[16];
  const auto end = std::to_chars(digits, digits + sizeof digits, number, 36).ptr;
  if (!text.empty()) text += ' ';
  text.append(digits, end);
}

// Reads what put() wrote, number by number.
class Numbers {
 public:
  explicit Numbers(const std::string& text) : at_(text.data()), end_(at_ + text.size()) {}
  bool more() const { return at_ != end_; }
  std::uint64_t next(std::uint64_t most = std::numeric_limits<std::uint64_t>::max()) {
    std::uint64_t number = 0;
    const auto [stop, error] = std::from_chars(at_, end_, number, 36);
    if (error != std::errc{} || number > most) throw std::invalid_argument("not an encoded histogram");
    at_ = stop;
    if (at_ != end_ && (*at_++ != ' ' || at_ == end_))
      throw std::invalid_argument("not an encoded histogram");
    return number;
  }

 private:
  const char* at_;
  const char* end_;
};

constexpr std::uint64_t most_value = std::numeric_limits<std::int64_t>::max();

}  // namespace

// Minimum, maximum, the two halves of the sum, then for each bucket in use the gap to the one before and its
// count.
std::string Quantiles::encode() const {
  std::string text;
  put(text, static_cast<std::uint64_t>(min_));
  put(text, static_cast<std::uint64_t>(max_));
  put(text, static_cast<std::uint64_t>(sum_ >> 64));
  put(text, static_cast<std::uint64_t>(sum_));
  std::size_t last = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    if (buckets_[i] == 0) continue;
    put(text, first_ + i - last);
    put(text, buckets_[i]);
    last = first_ + i;
  }
  return text;
}

Quantiles Quantiles::decode(const std::string& text) {
  Numbers numbers(text);
  Quantiles q;
  q.min_ = static_cast<std::int64_t>(numbers.next(most_value));
  q.max_ = static_cast<std::int64_t>(numbers.next(most_value));
  const auto high = static_cast<WideInt>(numbers.next(most_value));
  q.sum_ = high << 64 | static_cast<WideInt>(numbers.next());
  std::size_t bucket = 0;
  while (numbers.more()) {
    bucket += numbers.next(bucket_limit - 1 - bucket);
    const std::uint64_t times = numbers.next();
    if (times == 0) throw std::invalid_argument("not an encoded histogram");
    q.reach(bucket);
    q.buckets_[bucket - q.first_] += times;
    q.count_ += times;
  }
  if (!q.consistent()) throw std::invalid_argument("not an encoded histogram");
  return q;
}

bool Quantiles::consistent() const {
  if (count_ == 0) return buckets_.empty() && min_ == 0 && max_ == 0 && sum_ == 0;
  const auto used = [](std::uint64_t n) { return n > 0; };
  const auto lowest = std::find_if(buckets_.begin(), buckets_.end(), used) - buckets_.begin();
  const auto above = std::find_if(buckets_.rbegin(), buckets_.rend(), used).base() - buckets_.begin();
  return first_ + static_cast<std::size_t>(lowest) == bucket_of(min_) &&
         first_ + static_cast<std::size_t>(above) == bucket_of(max_) + 1 && min_ <= max_ && sum_ >= min_;
}

}  // namespace sim
