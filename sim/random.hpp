// Counter-based random streams (Philox4x32-10, Salmon et al. 2011): a draw is a function of who draws, why
// and for the how-manieth time, never of the order of draws. Nothing to carry, any number of streams.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/time.hpp"

namespace sim {

// Why something is drawn; the models number their purposes. At most 8 bits.
using Purpose = std::uint8_t;

// 128 random bits as four words, each usable as one uniform number.
struct Draw {
  std::array<std::uint32_t, 4> word;

  // Uniform in (0, 1), never 0 nor 1: (word + 0.5) / 2^32.
  double uniform(std::size_t i) const { return (word[i] + 0.5) * 0x1p-32; }
  // Uniform whole number in [0, n), n > 0, by multiplication (bias below n / 2^64). Uses words 2i and 2i + 1,
  // i in {0, 1}.
  std::uint64_t below(std::uint64_t n, std::size_t i = 0) const;
  std::uint64_t u64(std::size_t i = 0) const { return std::uint64_t{word[2 * i]} << 32 | word[2 * i + 1]; }
};

// The random numbers of one replication.
class Streams {
 public:
  // seed: any; replication: below 2^24.
  Streams(std::uint64_t seed, std::uint32_t replication);
  // The draw of `entity` for `purpose` with running number `index`.
  Draw draw(std::uint64_t entity, Purpose purpose, std::uint32_t index) const {
    // Ten rounds of two multiplications each, on words that stay in registers: it is here, and not from a
    // package, since it is drawn at nearly every event and included by nearly every source.
    auto c0 = static_cast<std::uint32_t>(entity), c1 = static_cast<std::uint32_t>(entity >> 32), c2 = index,
         c3 = std::uint32_t{purpose} | replication_ << 8;
    auto k0 = static_cast<std::uint32_t>(seed_), k1 = static_cast<std::uint32_t>(seed_ >> 32);
#pragma GCC unroll 10
    for (int round = 0; round < 10; ++round) {
      const std::uint64_t a = std::uint64_t{0xd2511f53u} * c0, b = std::uint64_t{0xcd9e8d57u} * c2;
      c0 = static_cast<std::uint32_t>(b >> 32) ^ c1 ^ k0;
      c1 = static_cast<std::uint32_t>(b);
      c2 = static_cast<std::uint32_t>(a >> 32) ^ c3 ^ k1;
      c3 = static_cast<std::uint32_t>(a);
      k0 += 0x9e3779b9u;
      k1 += 0xbb67ae85u;
    }
    return {{c0, c1, c2, c3}};
  }
  std::uint64_t seed() const { return seed_; }
  std::uint32_t replication() const { return replication_; }

 private:
  std::uint64_t seed_;
  std::uint32_t replication_;
};

// A 64-bit finaliser (SplitMix64, Steele et al. 2014): every input bit changes every output bit.
constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}
constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) { return mix(mix(a) ^ b); }
// FNV-1a over the bytes, finalised by mix(): the same on every machine.
std::uint64_t hash_text(const char* text, std::size_t length);
// 128 bits of such hashes as 32 hexadecimal digits, to know a text again. Not against malice.
std::string fingerprint(const std::string& text);

// Elementary functions made of +, -, *, / and sqrt only, so that every machine gives the same bits; the C
// library's differ with the processor. Relative error below 1e-14 unless said otherwise.
double exact_log(double x);       // x > 0
double exact_exp(double x);       // |x| <= 700
double exact_sine(double turns);  // of an angle in whole turns, |turns| <= 1e6; absolute error below 1e-14

// Quantile function of the standard normal distribution, 0 < p < 1 (Wichura's algorithm AS 241, PPND16).
double normal_quantile(double p);

// A log-normal delay given by its median and 95th percentile, rounded to whole microseconds.
// A 95th percentile equal to the median makes it a constant; no delay exceeds 10^15 microseconds.
class LogNormal {
 public:
  LogNormal() = default;
  // 0 < median <= p95, or both 0; std::invalid_argument otherwise.
  LogNormal(Duration median, Duration p95);
  // Drawn: its quantile at draw.uniform(word), from a table with a relative error below 2e-4; exact in the
  // outer 1.6 % on either side. The first bits of the word are the place in the table.
  Duration of(const Draw& draw, std::size_t word = 0) const {
    if (sigma_ == 0) return median_;
    const std::uint32_t i = draw.word[word] >> within_bits,
                        within = draw.word[word] & ((1u << within_bits) - 1);
    if (i < tail || i >= intervals - tail)
      return Duration{static_cast<std::int64_t>(exact_at(draw.uniform(word)) + 0.5)};
    const double low = (*table_)[i], high = (*table_)[i + 1];
    const double share = (within + 0.5) * (1.0 / (1u << within_bits));
    return Duration{static_cast<std::int64_t>(low + (high - low) * share + 0.5)};
  }
  Duration median() const { return median_; }
  Duration p95() const { return p95_; }

 private:
  // Of the table of quantiles; in the outer ones it bends too much to interpolate.
  static constexpr std::size_t intervals = 2048, tail = 32;
  static constexpr int within_bits = 32 - 11;  // of a word, after the number of the interval
  static_assert(intervals == 1u << 11);
  double exact_at(double uniform) const;
  Duration median_{0};
  Duration p95_{0};
  double sigma_ = 0;
  std::shared_ptr<const std::vector<double>> table_;  // quantiles at i / intervals, microseconds
};

// Uniform in [from, to), whole microseconds; from when the range is empty.
inline Duration uniform_between(Duration from, Duration to, double uniform) {
  if (to <= from) return from;
  return from + Duration{static_cast<std::int64_t>(static_cast<double>((to - from).count()) * uniform)};
}

}  // namespace sim
