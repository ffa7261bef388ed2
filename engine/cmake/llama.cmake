# Targets external_llama, external_ggml and external_nlohmann from the pinned llama.cpp release.
# CHATGLM_LLAMA_ROOT holds include/ (headers of that release), lib/ (its prebuilt libraries) and,
# for CHATGLM_LLAMA_FROM_SOURCE, source/.

if(NOT EXISTS ${CHATGLM_LLAMA_ROOT}/include/llama.h)
  message(FATAL_ERROR "CHATGLM_LLAMA_ROOT has no include/llama.h. Run `npm run setup`, which "
                      "fetches the pinned llama.cpp and configures this build.")
endif()

add_library(external_nlohmann INTERFACE)
target_include_directories(external_nlohmann SYSTEM INTERFACE ${CHATGLM_LLAMA_ROOT}/include)

if(CHATGLM_LLAMA_FROM_SOURCE)
  set(BUILD_SHARED_LIBS ON)
  set(GGML_OPENMP ON CACHE BOOL "" FORCE)
  set(GGML_NATIVE ON CACHE BOOL "" FORCE)
  set(GGML_RPC ON CACHE BOOL "" FORCE)
  set(LLAMA_BUILD_COMMON OFF CACHE BOOL "" FORCE)
  set(LLAMA_BUILD_TESTS OFF CACHE BOOL "" FORCE)
  set(LLAMA_BUILD_TOOLS OFF CACHE BOOL "" FORCE)
  set(LLAMA_BUILD_EXAMPLES OFF CACHE BOOL "" FORCE)
  set(LLAMA_BUILD_SERVER OFF CACHE BOOL "" FORCE)
  enable_language(C)
  add_subdirectory(${CHATGLM_LLAMA_ROOT}/source ${CMAKE_BINARY_DIR}/llama.cpp EXCLUDE_FROM_ALL SYSTEM)
  add_library(external_ggml ALIAS ggml)
  add_library(external_llama ALIAS llama)
  set(CHATGLM_MODULE_FOLDER ${CMAKE_RUNTIME_OUTPUT_DIRECTORY})
else()
  function(chatglm_find_prebuilt variable pattern)
    file(GLOB found ${CHATGLM_LLAMA_ROOT}/lib/${pattern})
    list(LENGTH found count)
    if(NOT count EQUAL 1)
      message(FATAL_ERROR "Expected one ${pattern} in ${CHATGLM_LLAMA_ROOT}/lib, found ${count}.")
    endif()
    set(${variable} ${found} PARENT_SCOPE)
  endfunction()

  # On Windows they are called as MSVC calls them, whatever compiler links them. GNU's linker takes
  # the DLLs themselves. On Apple's chips "metal" stands before the version.
  set(prefix ${CMAKE_SHARED_LIBRARY_PREFIX})
  if(WIN32)
    set(prefix "")
  endif()
  set(suffix ${CMAKE_SHARED_LIBRARY_SUFFIX})
  chatglm_find_prebuilt(ggml_base_library "${prefix}ggml-base${suffix}")
  chatglm_find_prebuilt(ggml_library "${prefix}ggml*.v*${suffix}")
  chatglm_find_prebuilt(llama_library "${prefix}llama*.v*${suffix}")

  add_library(external_ggml INTERFACE)
  target_include_directories(external_ggml SYSTEM INTERFACE ${CHATGLM_LLAMA_ROOT}/include)
  target_link_libraries(external_ggml INTERFACE ${ggml_library} ${ggml_base_library})
  add_library(external_llama INTERFACE)
  target_link_libraries(external_llama INTERFACE ${llama_library} external_ggml)
  set(CHATGLM_MODULE_FOLDER ${CHATGLM_LLAMA_ROOT}/lib)
endif()

# Where the loader looks for the libraries: beside the program.
if(APPLE)
  set(CHATGLM_BESIDE "@loader_path")
else()
  set(CHATGLM_BESIDE "$ORIGIN")
endif()

# Puts the libraries and the CPU modules beside the program, where it looks for them, and the GPU
# modules into modules/, where it does not: it loads those that it is told to.
function(chatglm_link_llama_beside target)
  file(GLOB gpu_modules ${CHATGLM_GPU_MODULES}/*ggml-*)
  if(CHATGLM_LLAMA_FROM_SOURCE)
    set_target_properties(${target} PROPERTIES INSTALL_RPATH ${CHATGLM_BESIDE})
  else()
    # Nowhere else: what is built is what is shipped, and no folder of this machine belongs in it.
    set_target_properties(${target} PROPERTIES BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH ${CHATGLM_BESIDE})
    file(GLOB libraries ${CHATGLM_LLAMA_ROOT}/lib/*${CMAKE_SHARED_LIBRARY_SUFFIX}
                        ${CHATGLM_LLAMA_ROOT}/lib/*${CMAKE_SHARED_MODULE_SUFFIX})
    list(REMOVE_DUPLICATES libraries)
    set(metal ${libraries})
    list(FILTER metal INCLUDE REGEX "ggml-metal")
    list(FILTER libraries EXCLUDE REGEX "ggml-metal")
    list(APPEND gpu_modules ${metal})
  endif()
  foreach(library IN LISTS libraries)
    get_filename_component(name ${library} NAME)
    add_custom_command(TARGET ${target} POST_BUILD
      COMMAND ${CMAKE_COMMAND} -E copy_if_different
              ${library} $<TARGET_FILE_DIR:${target}>/${name})
  endforeach()
  foreach(module IN LISTS gpu_modules)
    get_filename_component(name ${module} NAME)
    add_custom_command(TARGET ${target} POST_BUILD
      COMMAND ${CMAKE_COMMAND} -E make_directory $<TARGET_FILE_DIR:${target}>/modules
      COMMAND ${CMAKE_COMMAND} -E copy_if_different
              ${module} $<TARGET_FILE_DIR:${target}>/modules/${name})
  endforeach()
endfunction()
