#include "sim/stage.hpp"

#include <fmt/format.h>
#include <simgrid/version.h>
#include <simgrid/s4u.hpp>

#include <cstdlib>

#include "sim/invariant.hpp"

namespace sim {

namespace sg = simgrid::s4u;

namespace {

constexpr std::uint64_t message_bytes = 256;

sg::Engine* make_engine() {
  static bool made = false;
  require(!made, "a second stage in one process: SimGrid allows one engine");
  made = true;
  // Our own arguments, not the user's: CM02 keeps a link's latency as given, the default model multiplies it
  // by 13.
  static std::vector<std::string> text{"hubstorm",
                                       "--cfg=network/model:CM02",
                                       "--cfg=network/crosstraffic:no",
                                       "--cfg=network/optim:Full",  // messages are few at any time
#ifdef HUBSTORM_SANITIZE  // it complains about other contexts, and its frames are larger
                                       "--cfg=contexts/factory:thread",
                                       "--cfg=contexts/stack-size:1024",
#else
                                       "--cfg=contexts/stack-size:64",
#endif
                                       "--cfg=contexts/guard-size:0",
                                       "--log=root.thresh:error",
                                       "--log=xbt_cfg.thresh:error"};
  static std::vector<char*> argv;
  argv.reserve(text.size() + 1);
  for (auto& t : text) argv.push_back(t.data());
  argv.push_back(nullptr);
  auto argc = static_cast<int>(argv.size() - 1);
  return new sg::Engine(&argc, argv.data());
}

double date(Time t) { return seconds(t); }

}  // namespace

Member::Member(Stage& stage, std::string name, const Platform::Host& host, int rank)
    : stage_(stage), name_(std::move(name)), host_(host), rank_(rank), turn_(sg::Semaphore::create(0)) {}

void Member::wait_until(Time t, std::uint64_t key) {
  stage_.park(*this, t, key);
  turn_->acquire();
}

Time Member::now() const { return stage_.moment_.now; }

// What travels between hosts: a text and the exchange it belongs to.
struct Stage::Message {
  std::string text;
  Member* member;
  std::uint64_t number;
  sg::Mailbox* answer_to;
  Platform::Route route;
  std::uint64_t breaks;  // of the platform when it was sent

  void send(sg::Mailbox* to) && {
    to->put_init(new Message(std::move(*this)), message_bytes)->detach([](void* unread) {
      delete static_cast<Message*>(unread);
    });
  }
  // The next message to a mailbox, in one simcall; throws if its transfer fails.
  static std::unique_ptr<Message> next(sg::Mailbox* at) {
    Message* message = nullptr;
    at->get_init()->set_dst_data(reinterpret_cast<void**>(&message), sizeof message)->wait();
    return std::unique_ptr<Message>(message);
  }
};

std::optional<std::string> Member::exchange(const std::string& mailbox, const std::string& request,
                                            Time deadline) {
  return std::move(exchange_all({mailbox}, request, deadline)[0]);
}

std::vector<std::optional<std::string>> Member::exchange_all(const std::vector<std::string>& mailboxes,
                                                             const std::string& request, Time deadline) {
  const std::size_t n = mailboxes.size();
  while (answers_.size() < n)
    answers_.push_back(sg::Mailbox::by_name(fmt::format("answers to {} {}", name_, answers_.size())));
  std::vector<Stage::Message*> messages(n);
  std::vector<sg::CommPtr> receiving;
  open_exchange_ = ++exchanges_;
  for (std::size_t i = 0; i < n; ++i) {
    receiving.push_back(answers_[i]->get_async<Stage::Message>(&messages[i]));
    const Stage::Responder& to = stage_.responders_.at(mailboxes[i]);
    const Platform::Route route = stage_.platform_->route(host_, *to.host);
    if (!route.open()) continue;  // SimGrid would keep it for who is back some day
    Stage::Message{request, this, open_exchange_, answers_[i], route, stage_.platform_->breaks()}.send(
        to.mailbox);
  }
  wait_until(deadline);
  open_exchange_ = 0;
  std::vector<std::optional<std::string>> answers(n);
  for (std::size_t i = 0; i < n; ++i) {
    // The answer alone tells whether it arrived. SimGrid keeps a communication until it is waited for, done
    // or not: test() and cancel() leave it in the actor's list for good.
    try {
      receiving[i]->wait_for(0);
    } catch (const simgrid::Exception&) {
    }
    const std::unique_ptr<Stage::Message> arrived(messages[i]);
    if (arrived) answers[i] = std::move(arrived->text);
  }
  return answers;
}

Stage::Stage() : engine_(make_engine()), platform_(std::make_unique<Platform>()) {
  sg::Engine::on_deadlock_cb([]() { broken("deadlock: every actor waits and none is on the agenda"); });
}

Stage::~Stage() = default;

const char* Stage::version() {
  static const std::string text = [] {
    int major = 0, minor = 0, patch = 0;
    sg_version_get(&major, &minor, &patch);
    return patch == 0 ? fmt::format("{}.{}", major, minor) : fmt::format("{}.{}.{}", major, minor, patch);
  }();
  return text.c_str();
}

void Stage::add_host(const std::string& zone, const std::string& name, Duration latency) {
  platform_->add_host(zone, name, latency);
}

void Stage::link_zones(const std::string& a, const std::string& b, Duration latency) {
  platform_->link_zones(a, b, latency);
}

void Stage::spawn(const std::string& name, const std::string& host, int rank,
                  std::function<void(Member&)> body) {
  Platform::Host& home = platform_->host(host);
  home.decides = true;
  members_.push_back(std::unique_ptr<Member>(new Member(*this, name, home, rank)));
  Member& member = *members_.back();
  ++active_;
  sg::Actor::create(name, home.host, [this, &member, body = std::move(body)]() {
    sg::Actor::self()->daemonize();
    body(member);
    --active_;
    if (active_ == 0 && settled_) settled_->release();
  });
}

void Stage::respond(const std::string& mailbox, const std::string& host,
                    std::function<std::optional<std::string>(const std::string&)> answer) {
  const Responder responder{sg::Mailbox::by_name(mailbox), &platform_->host(host)};
  responders_[mailbox] = responder;
  const auto actor =
      sg::Actor::create(mailbox, responder.host->host, [responder, answer = std::move(answer)]() {
        sg::Actor::self()->daemonize();  // in each of its lives
        for (;;) {
          try {
            const std::unique_ptr<Message> message = Message::next(responder.mailbox);
            if (message->number != message->member->open_exchange_) continue;  // nobody waits for it any more
            if (message->route.broken_since(message->breaks)) continue;  // it waited here as the route broke
            auto text = answer(message->text);
            if (text && message->route.open())
              Message{std::move(*text), message->member, message->number,
                      nullptr,          message->route,  message->breaks}
                  .send(message->answer_to);
          } catch (const simgrid::Exception&) {
            continue;  // the sender gave up in the middle, or the route broke
          }
        }
      });
  actor->set_auto_restart(true);
}

void Stage::park(Member& member, Time t, std::uint64_t key) {
  require(t >= horizon_, "actor {} waits for {} us, which is before {} us", member.name_,
          t.time_since_epoch().count(), horizon_.time_since_epoch().count());
  member.entry_ = {t, member.rank_, key, ++sequence_};
  member.parked_ = true;
  if (t != never) agenda_.insert({member.entry_, &member});
  --active_;
  if (active_ == 0 && settled_) settled_->release();
}

void Stage::move(Member& member, Time t, std::uint64_t key) {
  require(t >= horizon_, "actor {} is moved to {} us, which is before {} us", member.name_,
          t.time_since_epoch().count(), horizon_.time_since_epoch().count());
  if (!member.parked_) return;  // it is running and says itself what it waits for next
  if (std::get<0>(member.entry_) == t) return;
  agenda_.erase({member.entry_, &member});
  member.entry_ = {t, member.rank_, key, ++sequence_};
  if (t != never) agenda_.insert({member.entry_, &member});
}

void Stage::settle() {
  while (active_ > 0) settled_->acquire();
}

void Stage::conduct(Time end, const std::function<void(Time horizon)>& run_before,
                    const std::function<void()>& at_end) {
  settled_ = sg::Semaphore::create(0);
  add_host("the conductor", Duration{1});
  platform_->host("the conductor").decides = true;
  platform_->seal();
  sg::Actor::create("conductor", platform_->host("the conductor").host,
                    [&]() { perform(end, run_before, at_end); });
  engine_->run();
}

void Stage::perform(Time end, const std::function<void(Time)>& run_before,
                    const std::function<void()>& at_end) {
  for (;;) {
    settle();
    const Time next = agenda_.empty() ? end : std::min(end, std::get<0>(agenda_.begin()->first));
    moment_.open = true;
    run_before(next);
    moment_.open = false;
    horizon_ = next;
    sg::this_actor::sleep_until(date(next));
    moment_.now = next;
    moment_.open = true;
    while (!agenda_.empty() && std::get<0>(agenda_.begin()->first) == next && next < end) {
      Member& member = *agenda_.begin()->second;
      agenda_.erase(agenda_.begin());
      member.parked_ = false;
      ++active_;
      member.turn_->release();
      settle();
    }
    if (next >= end) break;
    moment_.open = false;
  }
  at_end();
  moment_.open = false;
  sg::Actor::kill_all();
}

}  // namespace sim
