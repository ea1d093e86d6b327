# Writes the digest of the sources under ROOT/sim and ROOT/models to OUTPUT, as the function of models/digest.hpp:
#   cmake -DROOT=... -DOUTPUT=... -P digest.cmake
file(GLOB_RECURSE SOURCES RELATIVE ${ROOT} ${ROOT}/sim/*.[ch]pp ${ROOT}/models/*.[ch]pp ${ROOT}/models/*.yaml)
list(SORT SOURCES)
foreach(SOURCE ${SOURCES})
  file(SHA256 ${ROOT}/${SOURCE} SUM)
  string(APPEND ALL "${SUM} ${SOURCE}\n")
endforeach()
string(SHA256 DIGEST "${ALL}")
string(SUBSTRING ${DIGEST} 0 16 DIGEST)
file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT [[
#include "models/digest.hpp"

std::string_view model_digest() { return "@DIGEST@"; }
]])
