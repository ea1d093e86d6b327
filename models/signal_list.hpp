// All signals, one line each: SIGNAL(name, what is told ...). signals.hpp includes this list to declare the
// handlers of listeners, and again to say whom the board tells, each time with another meaning of SIGNAL.
// clang-format off
// Service was lost at `at`: the connection was closed or black-holed by `fault`, or ended by device or hub
// since the token is too old (planned).
SIGNAL(offline, Device, sim::Time at, HubId hub, CauseId fault, bool planned)
// A request that began at `start` fails, which the device learns at `at`. hub: whom it asked, none for
// DPS.
SIGNAL(failed, Device, sim::Time start, sim::Time at, HubId hub, Error, CauseId fault)
// From `from` on the device does this; hub: whom its next request goes to, none for DPS.
SIGNAL(activity, Device, sim::Time from, Activity, HubId hub)
// The network carries its connection no longer, from `at` on, and its hub serves and does not know; it will
// close it at `closes` if nothing is heard until then (never: it will not).
SIGNAL(half_open, Device, sim::Time at, sim::Time closes, HubId hub)
// The hub accepted its connection; it had been without since `since`.
SIGNAL(online, Device, sim::Time at, sim::Time since, HubId hub)
// It has done what its firmware does with its device twin after a connect, when the last answer arrives: at
// `at`, which may lie ahead. Told of groups that do something.
SIGNAL(ready, Device, sim::Time at)
// A token renewal went through without a gap.
SIGNAL(renewed, Device, sim::Time at, HubId hub)
// From `at` on the hub takes what the device has kept and what it generates; or that stays with the device.
SIGNAL(sends, Device, sim::Time at)
SIGNAL(holds, Device, sim::Time at)
SIGNAL(gave_up, Device, sim::Time at)
// Its program stops: its power is cut by `fault`, or it restarts by itself (none); told again where another
// fault takes over. What it has announced for later does not happen: `plan` is the start of its next request,
// to `hub` (none for DPS); never, if it had none.
SIGNAL(stopped, Device, sim::Time at, CauseId fault, sim::Time plan, HubId hub)
// Its program starts anew.
SIGNAL(started, Device, sim::Time at)
SIGNAL(joined, Device, sim::Time at)
// It leaves for good, with all it has kept. hub: the one it was connected to, none if it was to none.
SIGNAL(left, Device, sim::Time at, HubId hub)
// The DPS record of the device moves (from none at its first assignment, to none when it has left).
SIGNAL(assigned, Device, sim::Time at, HubId from, HubId to)
// The hub that DPS has chosen for a device that registers does not answer it. stays: DPS may choose no other,
// however the hub fares. No hub: one answers again. What holds lasts beyond the end of the registration.
SIGNAL(chosen_in_vain, Device, sim::Time at, HubId hub, bool stays)
// Whether a hub serves new connections; the share of its capacity that a fault leaves it, 1 until it is told;
// whether allocation may use it.
SIGNAL(hub_serves, sim::Time at, HubId hub, bool serves)
SIGNAL(hub_capacity, sim::Time at, HubId hub, double share)
SIGNAL(hub_allocatable, sim::Time at, HubId hub, bool allocatable)
// The same of DPS; and whether the devices of a group reach a hub, or DPS (none), over the network.
SIGNAL(dps_serves, sim::Time at, bool serves)
SIGNAL(path_open, sim::Time at, GroupId group, HubId hub, bool open)
// Of a fault: one of its incidents.
SIGNAL(fault_began, sim::Time at, CauseId fault)
SIGNAL(fault_ended, sim::Time at, CauseId fault)
// The region of the application is lost to the fault, and what comes of it.
SIGNAL(region_step, sim::Time at, CauseId fault, RegionStep step)
// What the copy in the other region does not have: the latest changes of so many devices' twins, and
// messages that nobody had read.
SIGNAL(region_forgot, sim::Time at, CauseId fault, std::uint64_t twins, double messages)
// The device is given the old address of the hub until `until`, where nothing serves.
SIGNAL(misled, Device, HubId hub, sim::Time from, sim::Time until)
// IoT Central begins to move devices; `action` is a cause like a fault.
SIGNAL(action_began, sim::Time at, CauseId action)
// The device's identity on the hub was disabled, so that it asks DPS again.
SIGNAL(moved, Device, sim::Time at, HubId hub, CauseId action)
// From `at` on its hub and DPS know what an operator did; none: approved when its delay had passed.
SIGNAL(operated, Device, sim::Time at, Operation, CauseId action)
// From now on the hub has this size; none: it is not there. Also told once for each hub at the start.
SIGNAL(hub_sized, sim::Time at, HubId hub, const Size&)
SIGNAL(decided, const Decision&)
// A delivery is an export to one of its destinations, numbered in the order of the scenario.
SIGNAL(delivering, sim::Time at, std::size_t delivery, Delivering)
// clang-format on
