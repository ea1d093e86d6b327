'use strict';
// Figures of samples: quantiles as the measured data have them, means, Kolmogorov-Smirnov.

// Of n sorted values the one with index floor(p (n - 1) + 0.5), from 0.
function quantile(sorted, p) {
  return sorted[Math.floor(p * (sorted.length - 1) + 0.5)];
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function describe(values) {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return { n: 0 };
  const of = (p) => quantile(sorted, p);
  return {
    n: sorted.length,
    min: sorted[0],
    p10: of(0.1),
    p50: of(0.5),
    p90: of(0.9),
    p99: of(0.99),
    max: sorted[sorted.length - 1],
  };
}

// The largest distance between two empirical distributions.
function distance(left, right) {
  const a = Float64Array.from(left).sort();
  const b = Float64Array.from(right).sort();
  let [i, j, largest] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i], b[j]);
    while (i < a.length && a[i] <= value) ++i;
    while (j < b.length && b[j] <= value) ++j;
    largest = Math.max(largest, Math.abs(i / a.length - j / b.length));
  }
  return largest;
}

// What that distance stays below in 95 of 100 pairs of samples of one distribution.
function distanceNoise(n, m) {
  return 1.36 * Math.sqrt((n + m) / (n * m));
}

module.exports = { describe, distance, distanceNoise, mean, quantile };
