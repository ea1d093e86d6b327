// What one kind of destination keeps beside what all kinds have: a value of a type that it alone knows.
#pragma once
#include <any>
#include <map>

namespace exports {

class Own {
 public:
  // The value of this type; made where there is none yet.
  template <class T>
  T& of() {
    std::any& value = values_[&tag<T>];
    if (!value.has_value()) value = T{};
    return *std::any_cast<T>(&value);
  }
  // The same; as it is made where there is none yet.
  template <class T>
  const T& of() const {
    static const T fresh{};
    const auto found = values_.find(&tag<T>);
    return found == values_.end() ? fresh : *std::any_cast<T>(&found->second);
  }

 private:
  // Its address stands for the type. A std::type_index would not do: to Clang two types are one if their
  // names are equal, and each kind keeps a type of the same name to itself.
  template <class T>
  static constexpr char tag{};
  std::map<const char*, std::any> values_;
};

// For a field table: the member of what a kind keeps in the part `own` of an object.
template <class T, class Member>
auto own(Member member) {
  return [member](auto& object) -> auto& { return object.own.template of<T>().*member; };
}

}  // namespace exports
