# What both macOS presets share: Apple's compiler on any Mac, elsewhere the Zig of
# engine/zig.lock.json, which brings Clang, a linker and Apple's headers. The systems are those that
# the prebuilt libraries need.
macro(chatglm_macos apple_name zig_name)
  if(CMAKE_HOST_APPLE)
    set(CMAKE_OSX_ARCHITECTURES ${apple_name})
    set(CMAKE_OSX_DEPLOYMENT_TARGET 14.0)
  else()
    set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES CHATGLM_ZIG)
    if(NOT CHATGLM_ZIG)
      message(FATAL_ERROR "Name Zig by CHATGLM_ZIG, as `npm run setup -- --preset mac-…` does on Linux.")
    endif()
    set(CMAKE_SYSTEM_NAME Darwin)
    set(CMAKE_SYSTEM_VERSION 23) # of macOS 14
    set(CMAKE_SYSTEM_PROCESSOR ${apple_name})
    foreach(language C CXX)
      set(CMAKE_${language}_COMPILER_TARGET ${zig_name}-macos.14.0)
    endforeach()
    # CMake says where libraries are looked for to Apple's linker only.
    foreach(kind EXE SHARED)
      set(CMAKE_${kind}_LINKER_FLAGS_INIT -Wl,-rpath,@loader_path)
    endforeach()
    set(CMAKE_C_COMPILER ${CHATGLM_ZIG} cc)
    set(CMAKE_CXX_COMPILER ${CHATGLM_ZIG} c++)
  endif()
endmacro()
