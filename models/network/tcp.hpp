// What the TCP of a device does while nothing answers it: when it sends again. In closed form, as Linux
// has it (kernel documentation, networking/ip-sysctl: tcp_syn_retries 6; tcp_retries2 15; RFC 6298 with the
// kernel's least time-out of 200 ms and its largest of 120 s; the tail loss probe of RFC 8985). All of it was
// measured on 6.18 (tests/validation/real, case tcp). The kernel's timer wheel lets timers expire late, by
// half its granularity on average (kernel/time/timer.c; ticks of 4 ms, which is assumed: CONFIG_HZ is 250 in
// Debian and Ubuntu).
#pragma once
#include "sim/time.hpp"

namespace network {

// When a device that opened a connection at `since`, which nobody answers, sends a SYN for the first time at
// `from` or later. `linear_timeouts` is the kernel's tcp_syn_linear_timeouts, which is there from 6.5 on
// (net/ipv4/tcp_timer.c: tcp_retransmit_timer doubles the time-out of 1 s once more than so many have passed,
// tcp_write_timeout allows so many beside the 6 of tcp_syn_retries): one SYN a second until 1 +
// linear_timeouts have been repeated, then waits of 2, 4, 8, 16 and 32 s. 4, the kernel's default: 0, 1, 2,
// 3, 4, 5, 7, 11, 19, 35 and 67 s after `since`; 0, as kernels before 6.5: 0, 1, 3, 7, 15, 31 and 63 s; all
// up to 1.5 s late. Never after the last.
sim::Time next_syn(sim::Time since, sim::Time from, int linear_timeouts);

// When data that were sent at `first` and are not acknowledged are sent again, at `from` or later. The first
// time-out is 200 ms and a round trip, in whole ticks of the kernel. It sends the tail loss probe, after
// which it begins once more (net/ipv4/tcp_output.c, tcp_schedule_loss_probe: no later than the time-out that
// it takes the place of); from then on each is double the one before, at most 120 s.
sim::Time next_repeat(sim::Time first, sim::Duration round_trip, sim::Time from);

// When a host repeats the FIN of a connection that its program closed at `closed`, of which nothing was
// acknowledged, at `from` or later: as data are repeated, but no longer than 102.2 s after the first repeat,
// the probe apart (tcp_orphan_retries: 8; net/ipv4/tcp_timer.c, tcp_write_timeout and
// retransmits_timed_out). Then the host forgets the connection: never.
sim::Time next_fin(sim::Time closed, sim::Duration round_trip, sim::Time from);

// When TCP ends a connection, on which data that were sent at `first` are not acknowledged: in place of the
// first repeat that is due 924.6 s or longer after the first one, the probe apart. That is what 15 repeats
// take which begin with 200 ms (tcp_retries2; the time-out that the kernel's documentation calls
// hypothetical). Twelve connections whose packets were dropped ended after 937.9 to 939.7 s, this says 938.5
// s. Nothing ends it sooner than soonest_end after the first packet, or later than latest_end, whatever the
// round trip.
sim::Time gives_up(sim::Time first, sim::Duration round_trip);
inline constexpr sim::Duration soonest_end = std::chrono::milliseconds{924'600},
                               latest_end = std::chrono::milliseconds{924'600} + std::chrono::seconds{366};

}  // namespace network
