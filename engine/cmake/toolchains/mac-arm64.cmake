# macOS on Apple's chips.
include(${CMAKE_CURRENT_LIST_DIR}/mac.cmake)
chatglm_macos(arm64 aarch64)
