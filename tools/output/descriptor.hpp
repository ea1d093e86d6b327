// An open file that is closed in the end, whatever happens, and what is done with such a file.
#pragma once
#include <unistd.h>

#include <string_view>
#include <utility>

namespace output {

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int get() const { return number_; }
  bool open() const { return number_ >= 0; }
  int close() { return ::close(std::exchange(number_, -1)); }

 private:
  int number_;
};

// Whether all of it went out; otherwise errno says why not. Waits where the other side is slow.
bool write_all(int descriptor, std::string_view content) noexcept;

}  // namespace output
