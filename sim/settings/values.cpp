#include "sim/settings/values.hpp"

#include <fmt/format.h>

#include "sim/settings/text.hpp"

namespace sim::settings {
namespace {

Shape scalar_shape(std::string says, std::string example) {
  Shape shape;
  shape.says = std::move(says);
  shape.example = std::move(example);
  return shape;
}

// A quantity with a unit.
Shape with_unit(std::string_view what, const std::string& example, std::string pattern, Range range) {
  Shape shape = quantity_shape(fmt::format("{} such as {}", what, example), example, std::move(pattern),
                               {std::move(range)});
  shape.bare_zero = true;
  return shape;
}

// A parser that refuses what lies outside the bounds.
template <class V, class Parse, class Format>
std::function<Parsed<V>(std::string_view)> bounded(V least, V most, Parse parse, Format format) {
  return [=](std::string_view text) -> Parsed<V> { return within<V>(parse(text), least, most, format); };
}

constexpr const char* number = "(0|[1-9][0-9]*)(\\.[0-9]+)?";

}  // namespace

std::optional<Problem> outside(bool too_small, bool too_large, const std::string& least,
                               const std::string& most) {
  if (too_small) return Problem{"is too small", fmt::format("at least {}", least)};
  if (too_large) return Problem{"is too large", fmt::format("at most {}", most)};
  return std::nullopt;
}

Parsed<Rate> within(const Parsed<Rate>& parsed, const RateBounds& bounds) {
  const auto* rate = std::get_if<Rate>(&parsed);
  if (!rate) return parsed;
  const double least = std::get<Rate>(parse_rate(bounds.least)).per_second(),
               most = std::get<Rate>(parse_rate(bounds.most)).per_second(), given = rate->per_second();
  if (const auto problem = outside(given<least, given> most, bounds.least, bounds.most)) return *problem;
  return parsed;
}

Shape quantity_shape(std::string says, std::string example, std::string pattern, std::vector<Range> ranges,
                     std::vector<std::string> words) {
  Shape shape = scalar_shape(std::move(says), std::move(example));
  shape.pattern = std::move(pattern);
  shape.ranges = std::move(ranges);
  shape.words = std::move(words);
  return shape;
}

Value<std::string> text(std::string says, std::string example) {
  Shape shape = scalar_shape(std::move(says), std::move(example));
  shape.free = true;
  return from_text<std::string>(
      shape,
      [](std::string_view text) -> Parsed<std::string> {
        if (text.empty()) return Problem{"is empty", ""};
        return std::string(text);
      },
      [](const std::string& text) { return text; });
}

namespace {

Parsed<std::string> parse_name(std::string_view text) {
  constexpr std::size_t longest = 40;
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  if (text.empty()) return Problem{"is empty", ""};
  if (text.size() > longest) return Problem{"is too long", fmt::format("at most {} characters", longest)};
  if (!std::all_of(text.begin(), text.end(), plain) || text[0] < 'a')
    return Problem{"is not a name", "lower-case letters, digits and \"-\", starting with a letter"};
  return std::string(text);
}

}  // namespace

Value<std::string> name(const std::string& example) {
  Shape shape = scalar_shape(fmt::format("a name such as {}", example), example);
  shape.pattern = "[a-z][a-z0-9-]{0,39}";
  shape.free = true;
  return from_text<std::string>(shape, parse_name, [](const std::string& text) { return text; });
}

Value<Node> anything(std::string says, std::string example) {
  Value<Node> value;
  value.shape = scalar_shape(std::move(says), std::move(example));
  value.shape.type = "any";
  value.shape.free = true;
  value.read = [](Reader&, const Node& node, Node& out) {
    out = node;
    return true;
  };
  value.write = [](const Node& node) { return node; };
  return value;
}

Value<bool> boolean() {
  Shape shape = scalar_shape("true or false", "true");
  shape.type = "boolean";
  const auto parse = [](std::string_view text) -> Parsed<bool> {
    if (text == "true" || text == "false") return text == "true";
    const std::string word(text.substr(0, 3));
    if (word == "yes" || word == "Yes" || word == "on" || word == "On" || text == "True" || text == "TRUE")
      return Problem{"is not true or false", "write true"};
    return Problem{"is not true or false", "write false or true"};
  };
  return from_text<bool>(shape, parse, [](bool b) { return std::string(b ? "true" : "false"); });
}

Value<double> decimal(double least, double most, const std::string& example) {
  Shape shape = scalar_shape(fmt::format("a number such as {}", example), example);
  shape.type = "number";
  shape.ranges = {{format_decimal(least), format_decimal(most)}};
  return from_text<double>(shape, bounded<double>(least, most, parse_decimal, format_decimal),
                           format_decimal);
}

Value<Duration> duration(Duration least, Duration most, const std::string& example) {
  const Shape shape = with_unit("a duration", example, fmt::format("({} ?(d|h|m|s|ms|us) ?)+", number),
                                {format_duration(least), format_duration(most)});
  return from_text<Duration>(shape, bounded<Duration>(least, most, parse_duration, format_duration),
                             format_duration);
}

Shape duration_range_shape(Duration most, const std::string& example) {
  Shape shape = duration(Duration{0}, most, example).shape;
  shape.says = "a time such as " + example;
  shape.pattern = fmt::format("({})(\\.\\.({}))?", shape.pattern, shape.pattern);
  return shape;
}

Value<Duration> duration_or_zero(Duration least, Duration most, const std::string& example) {
  Value<Duration> value = duration(Duration{0}, most, example);
  value.shape.ranges = {{format_duration(least), format_duration(most)}};
  value.shape.words = {"0s"};
  value.read = [read = value.read, least](Reader& reader, const Node& node, Duration& out) {
    if (!read(reader, node, out)) return false;
    if (const auto problem = outside(out > Duration{0} && out < least, false, format_duration(least), "")) {
      return reader.fail(node, Problem{problem->what, problem->hint + ", or 0"});
    }
    return true;
  };
  return value;
}

Value<std::uint64_t> size(std::uint64_t least, std::uint64_t most, const std::string& example) {
  const Shape shape = with_unit("a size", example, fmt::format("{} ?(B|[KMG]B|[KMG]iB)", number),
                                {format_size(least), format_size(most)});
  return from_text<std::uint64_t>(shape, bounded<std::uint64_t>(least, most, parse_size, format_size),
                                  format_size);
}

Value<double> share(double least, double most, const std::string& example) {
  const Shape shape =
      with_unit("a share", example, fmt::format("{} ?%", number), {format_share(least), format_share(most)});
  return from_text<double>(shape, bounded<double>(least, most, parse_share, format_share), format_share);
}

Value<double> per_second(const RateBounds& bounds, const std::string& example) {
  Shape shape =
      with_unit("a rate", example, fmt::format("{} ?/(s|min|h|d)", number), {bounds.least, bounds.most});
  shape.bare_zero = false;
  const auto parse = [bounds](std::string_view text) -> Parsed<double> {
    const Parsed<Rate> rate = within(parse_rate(text), bounds);
    if (const auto* problem = std::get_if<Problem>(&rate)) return *problem;
    return std::get<Rate>(rate).per_second();
  };
  return from_text<double>(shape, parse, format_rate);
}

Value<std::int64_t> instant() {
  Shape shape = scalar_shape("an instant such as 2023-06-01T06:00Z", "2023-06-01T06:00Z");
  shape.pattern = "20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?Z";
  shape.ranges = {{"2000-01-01T00:00Z", "2099-12-31T23:59:59Z"}};
  return from_text<std::int64_t>(shape, parse_instant, format_instant);
}

Value<Time> time_of_run(const std::string& example) {
  const Value<Duration> since = duration(Duration{0}, std::chrono::hours{24 * 3660}, example);
  return {[since](Reader& reader, const Node& node, Time& time) {
            Duration given{0};
            if (!since.read(reader, node, given)) return false;
            time = start_of_run + given;
            return true;
          },
          [since](const Time& time) { return since.write(time - start_of_run); }, since.shape};
}

Value<Duration> time_of_day(const std::string& example) {
  Shape shape = scalar_shape(fmt::format("a time of day such as {}", example), example);
  shape.pattern = "([01][0-9]|2[0-3]):[0-5][0-9]";
  shape.ranges = {{"00:00", "23:59"}};
  return from_text<Duration>(shape, parse_time_of_day, format_time_of_day);
}

Value<std::uint64_t> whole_number(std::uint64_t least, std::uint64_t most) {
  Shape shape = scalar_shape("a whole number", std::to_string(least));
  shape.type = "integer";
  shape.ranges = {{std::to_string(least), std::to_string(most)}};
  const auto format = [](std::uint64_t n) { return std::to_string(n); };
  return from_text<std::uint64_t>(shape, bounded<std::uint64_t>(least, most, parse_whole, format), format);
}

Value<std::uint64_t> count_of(std::string things, std::uint64_t least, std::uint64_t most,
                              const std::string& example) {
  const Shape shape = with_unit("a number", example, fmt::format("(0|[1-9][0-9]*) ?{}?", things),
                                {fmt::format("{} {}", least, things), fmt::format("{} {}", most, things)});
  const auto parse = [things](std::string_view text) { return parse_count_of(text, things); };
  const auto format = [things](std::uint64_t n) { return fmt::format("{} {}", n, things); };
  return from_text<std::uint64_t>(shape, bounded<std::uint64_t>(least, most, parse, format), format);
}

Shape words_shape(std::vector<std::string> words, std::vector<std::string> later) {
  Shape shape = scalar_shape(listed(words), words.front());
  shape.words = std::move(words);
  shape.later_words = std::move(later);
  return shape;
}

bool unknown_word(Reader& reader, const Node& node, const Shape& shape) {
  const auto& later = shape.later_words;
  if (std::find(later.begin(), later.end(), node.text) != later.end() ||
      later == std::vector<std::string>{"*"})
    return reader.fail(node, fmt::format("{} is not supported yet", quoted(node.text)),
                       fmt::format("write {}", listed(shape.words)));
  const std::string neighbour = nearest(node.text, shape.words);
  return reader.fail(node, fmt::format("unknown word {}", quoted(node.text)),
                     neighbour.empty() ? fmt::format("write {}", listed(shape.words))
                                       : fmt::format("did you mean {}?", quoted(neighbour)));
}

bool fits(Reader& reader, const Node& node, std::size_t most) {
  if (node.kind != Node::Kind::list || node.items.size() <= most) return true;
  return reader.fail(node, fmt::format("{} entries are too many", node.items.size()),
                     fmt::format("at most {}", most));
}

Shape list_shape(const Shape& item, std::string says) {
  Shape shape;
  shape.kind = Shape::Kind::list;
  shape.says = std::move(says);
  if (!item.example.empty()) shape.example = '[' + item.example + ']';
  shape.parts = {item};
  return shape;
}

Shape by_key_shape(const Shape& value, std::string says, std::string key_example) {
  Shape shape;
  shape.kind = Shape::Kind::map;
  shape.says = std::move(says);
  shape.example = '{' + key_example + ": " + value.example + '}';
  shape.parts = {value};
  return shape;
}

Shape either_shape(const Shape& first, const Shape& second) {
  Shape shape;
  shape.kind = Shape::Kind::either;
  shape.says = first.says == second.says ? first.says : first.says + ", or " + second.says;
  shape.example = first.example;
  shape.parts = {first, second};
  return shape;
}

}  // namespace sim::settings
