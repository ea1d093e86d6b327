// A load profile from a CSV file.
#pragma once
#include "models/device/profile.hpp"
#include "sim/settings/source.hpp"

namespace device {

// The columns `time` (such as 15m, since midnight UTC of the day on which the run starts) and `factor`
// (0..1000), evenly spaced from 0 on, at least two rows; what is wrong is reported with its line. Fills
// `every` and `factors`; false if anything is wrong.
bool read_profile(const sim::settings::Source& source, Profile& profile,
                  sim::settings::Diagnostics& diagnostics);

}  // namespace device
