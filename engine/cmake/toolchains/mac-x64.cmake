# macOS on Intel.
include(${CMAKE_CURRENT_LIST_DIR}/mac.cmake)
chatglm_macos(x86_64 x86_64)
