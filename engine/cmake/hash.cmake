# Target external_hash: SHA-256 and XXH3, both in the source of the pinned llama.cpp release.

set(hash_source ${CHATGLM_LLAMA_ROOT}/source/vendor/hash)
set_source_files_properties(${hash_source}/sha256/sha256.c PROPERTIES LANGUAGE CXX)
add_library(external_hash STATIC ${hash_source}/sha256/sha256.c)
target_include_directories(external_hash SYSTEM PUBLIC ${hash_source})
target_include_directories(external_hash PRIVATE ${hash_source})
if(NOT MSVC)
  target_compile_options(external_hash PRIVATE -w)
endif()
