#include "tools/output/json_depth.hpp"

namespace output {
namespace {

using PlainJson = nlohmann::json;

// Walks through a document and stops where it gets too deep.
class Depth : public nlohmann::json_sax<PlainJson> {
 public:
  bool exceeded() const { return levels_ > most_json_levels; }

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool key(string_t&) override { return true; }
  bool start_object(std::size_t) override { return enter(); }
  bool start_array(std::size_t) override { return enter(); }
  bool end_object() override { return leave(); }
  bool end_array() override { return leave(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;  // whoever parses it says so
  }

 private:
  bool enter() { return ++levels_ <= most_json_levels; }
  bool leave() {
    --levels_;
    return true;
  }
  std::size_t levels_ = 0;
};

}  // namespace

bool nested_too_deep(const std::string& document, PlainJson::input_format_t format) {
  Depth depth;
  (void)PlainJson::sax_parse(document, &depth, format);
  return depth.exceeded();
}

}  // namespace output
