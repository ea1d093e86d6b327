// Which models these are: 16 hexadecimal digits over the sources of sim/ and models/, catalogs included.
// Programs with the same digest simulate the same, whatever their build; results of others are not mixed with
// theirs.
#pragma once
#include <string_view>

std::string_view model_digest();
