# ggml's RPC, which no prebuilt package has, from the source of the pinned release: the module
# ggml-rpc, by which the engine uses other machines, and rpc-server, which runs on those.

if(CHATGLM_LLAMA_FROM_SOURCE)
  return() # GGML_RPC builds both
endif()

set(rpc_source ${CHATGLM_LLAMA_ROOT}/source/ggml/src)
set(kind MODULE)
if(CHATGLM_ZIG)
  set(kind SHARED) # Zig links no bundles; ggml loads either
endif()
add_library(ggml-rpc ${kind} ${rpc_source}/ggml-rpc/ggml-rpc.cpp ${rpc_source}/ggml-rpc/transport.cpp)
target_include_directories(ggml-rpc PRIVATE ${rpc_source})
target_compile_definitions(ggml-rpc PRIVATE GGML_BACKEND_DL GGML_BACKEND_BUILD GGML_BACKEND_SHARED
                                            GGML_SHARED)
target_link_libraries(ggml-rpc PRIVATE external_ggml Threads::Threads)

add_executable(rpc-server ${CHATGLM_LLAMA_ROOT}/source/tools/rpc/rpc-server.cpp)
target_compile_definitions(rpc-server PRIVATE GGML_BACKEND_SHARED GGML_SHARED)
target_link_libraries(rpc-server PRIVATE external_ggml Threads::Threads)

if(WIN32)
  target_link_libraries(ggml-rpc PRIVATE ws2_32)
  set_target_properties(ggml-rpc PROPERTIES PREFIX "")
  target_compile_definitions(ggml-rpc PRIVATE _WIN32_WINNT=0x0A00)
endif()
set_target_properties(ggml-rpc PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}
                                          RUNTIME_OUTPUT_DIRECTORY ${CMAKE_RUNTIME_OUTPUT_DIRECTORY})
set_target_properties(ggml-rpc rpc-server PROPERTIES BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH ${CHATGLM_BESIDE})
if(CHATGLM_ZIG)
  set_target_properties(ggml-rpc PROPERTIES SUFFIX ${CMAKE_SHARED_MODULE_SUFFIX})
endif()
if(NOT MSVC)
  target_compile_options(ggml-rpc PRIVATE -w)
  target_compile_options(rpc-server PRIVATE -w)
endif()
