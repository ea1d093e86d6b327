// The histogram against sorted values.
#include "sim/quantiles.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

using sim::Quantiles;

namespace {

constexpr std::int64_t greatest = std::numeric_limits<std::int64_t>::max();

// Values of all magnitudes: the exponent is uniform, then the value below it.
std::vector<std::int64_t> random_values(std::mt19937_64& numbers, std::size_t n, std::uint64_t most_bits) {
  std::vector<std::int64_t> values(n);
  for (auto& value : values) value = static_cast<std::int64_t>(numbers() >> (64 - 1 - numbers() % most_bits));
  return values;
}

Quantiles of(const std::vector<std::int64_t>& values) {
  Quantiles q;
  for (const auto value : values) q.add(value);
  return q;
}

}  // namespace

TEST_CASE("an empty histogram says zero", "[quantiles]") {
  const Quantiles q;
  CHECK(q.count() == 0);
  CHECK(q.min() == 0);
  CHECK(q.max() == 0);
  CHECK(q.sum() == 0);
  CHECK(q.mean() == 0);
}

TEST_CASE("every rank is within the stated error of the sorted values", "[quantiles]") {
  std::mt19937_64 numbers(1);
  for (int round = 0; round < 1'000; ++round) {
    auto values = random_values(numbers, 1 + numbers() % 60, 1 + numbers() % 62);
    const Quantiles q = of(values);
    std::sort(values.begin(), values.end());
    std::int64_t last = 0;
    for (std::size_t k = 1; k <= values.size(); ++k) {
      const std::int64_t truth = values[k - 1];
      const std::int64_t told = q.at_rank(k);
      REQUIRE(std::fabs(static_cast<double>(told - truth)) <=
              Quantiles::relative_error * static_cast<double>(truth));
      if (truth < 2048) REQUIRE(told == truth);
      REQUIRE(told >= last);
      last = told;
    }
    REQUIRE(q.at_rank(1) == values.front());
    REQUIRE(q.at_rank(values.size()) == values.back());
  }
}

TEST_CASE("the edges of the buckets hold the stated error", "[quantiles]") {
  for (int bit = 11; bit < 63; ++bit)
    for (const std::int64_t offset : {-1, 0, 1}) {
      const std::int64_t value = (std::int64_t{1} << bit) + offset;
      Quantiles q;
      q.add(0);
      q.add(value);
      q.add(greatest);
      CHECK(std::fabs(static_cast<double>(q.at_rank(2) - value)) <=
            Quantiles::relative_error * static_cast<double>(value));
    }
}

TEST_CASE("no rank lies outside the values", "[quantiles]") {
  for (const std::int64_t value : {1'000'000, 1'000'447, 65'536, 131'071}) {
    Quantiles q;
    q.add(value, 3);
    CHECK(q.at_rank(2) == value);
  }
}

TEST_CASE("count, sum, minimum and maximum are exact", "[quantiles]") {
  std::mt19937_64 numbers(2);
  for (int round = 0; round < 1'000; ++round) {
    const auto values = random_values(numbers, 1 + numbers() % 40, 62);
    Quantiles q;
    sim::WideInt sum = 0;
    std::uint64_t count = 0;
    for (const auto value : values) {
      const std::uint64_t times = numbers() % 5 + 1;
      q.add(value, times);
      sum += sim::WideInt{value} * static_cast<sim::WideInt>(times);
      count += times;
    }
    REQUIRE(q.sum() == sum);
    REQUIRE(q.count() == count);
    REQUIRE(q.min() == *std::min_element(values.begin(), values.end()));
    REQUIRE(q.max() == *std::max_element(values.begin(), values.end()));
    REQUIRE(q.mean() == Approx(static_cast<double>(sum) / static_cast<double>(count)));
  }
}

TEST_CASE("adding nothing changes nothing, adding many is adding one many times", "[quantiles]") {
  Quantiles many, one_by_one;
  many.add(5'000, 0);
  CHECK(many == Quantiles{});
  many.add(5'000, 3);
  for (int i = 0; i < 3; ++i) one_by_one.add(5'000);
  CHECK(many == one_by_one);
}

TEST_CASE("merging is the same in any order and the same as adding", "[quantiles][long]") {
  std::mt19937_64 numbers(3);
  for (int round = 0; round < 1'000; ++round) {
    const auto a = random_values(numbers, numbers() % 20, 40);
    const auto b = random_values(numbers, numbers() % 20, 40);
    const auto c = random_values(numbers, numbers() % 20, 40);
    auto all = a;
    all.insert(all.end(), b.begin(), b.end());
    all.insert(all.end(), c.begin(), c.end());
    Quantiles forward = of(a), tail = of(b), backward = of(c);
    tail.merge(of(c));
    forward.merge(tail);
    backward.merge(of(b));
    backward.merge(of(a));
    REQUIRE(forward == of(all));
    REQUIRE(backward == of(all));
    REQUIRE(forward.encode() == backward.encode());
  }
}

TEST_CASE("the text form brings everything back", "[quantiles]") {
  std::mt19937_64 numbers(4);
  for (int round = 0; round < 1'000; ++round) {
    const Quantiles q = of(random_values(numbers, numbers() % 50, 62));
    REQUIRE(Quantiles::decode(q.encode()) == q);
  }
  Quantiles great;
  great.add(greatest, 1u << 31);
  great.add(0, 7);
  CHECK(Quantiles::decode(great.encode()) == great);
  Quantiles delays;
  for (std::int64_t i = 0; i < 1'000'000; ++i) delays.add(i * 60);
  CHECK(delays.encode().size() < 100'000);
}

TEST_CASE("a damaged text is refused", "[quantiles]") {
  const std::string good = of({1, 5'000, 70'000'000}).encode();
  for (std::size_t length = 0; length < good.size(); ++length) {
    const std::string cut = good.substr(0, length);
    // A cut within the last count leaves a smaller count, which nothing can tell.
    if (length + 1 < good.size() || good[length - 1] == ' ')
      CHECK_THROWS_AS(Quantiles::decode(cut), std::invalid_argument);
  }
  for (const char* bad : {"", "1", "a b c", "0 0 0 0 ", "0 0 0 0  1", "0 0 0 0 -1 1", "0 0 0 0 0 0",
                          "5 1 0 6 1 1 4 1", "0 0 0 1", "0 0 1 0", "0 1 0 0", "1 0 0 0", "1 1 0 1 1 1 !",
                          "0 0 0 0 zzzzzzzzzzz 1", "1 1 0 1 2 1", "zzzzzzzzzzzzzzzz 0 0 0"})
    CHECK_THROWS_AS(Quantiles::decode(bad), std::invalid_argument);
}
