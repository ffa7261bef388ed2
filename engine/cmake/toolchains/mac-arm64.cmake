# macOS on Apple's chips, built on any Mac for the systems that the prebuilt libraries need.
if(NOT CMAKE_HOST_APPLE)
  message(FATAL_ERROR "The engine for macOS is built on macOS.")
endif()
set(CMAKE_OSX_ARCHITECTURES arm64)
set(CMAKE_OSX_DEPLOYMENT_TARGET 14.0)
