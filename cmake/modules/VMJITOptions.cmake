# Compiler flags that every target gets: build type, warnings, sanitizers,
# ccache and lld where they are found.

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # The sloppiness is what ccache asks for with precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${CCACHE_PROGRAM})
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")
  find_program(LLD_PROGRAM NAMES ld.lld-22 ld.lld)
  if(LLD_PROGRAM)
    add_link_options(--ld-path=${LLD_PROGRAM})
  endif()
endif()

add_compile_options(-Wall -Wextra -Wno-unused-parameter)
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  add_compile_options(-Wswitch-enum -Wcovered-switch-default)
endif()
if(VMJIT_ENABLE_WERROR)
  add_compile_options(-Werror)
endif()

if(VMJIT_ENABLE_ASSERTIONS)
  foreach(flags CMAKE_CXX_FLAGS_RELEASE CMAKE_CXX_FLAGS_RELWITHDEBINFO)
    string(REPLACE "-DNDEBUG" "" ${flags} "${${flags}}")
  endforeach()
endif()

if(VMJIT_SANITIZERS)
  add_compile_options(-fsanitize=${VMJIT_SANITIZERS} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${VMJIT_SANITIZERS})
  if(VMJIT_SANITIZERS MATCHES undefined)
    # LLVM's shared library was built without it; its vtables cannot be checked.
    add_compile_options(-fno-sanitize=vptr,function)
  endif()
endif()

if(VMJIT_INCLUDE_FUZZERS)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES Clang)
    message(FATAL_ERROR "VMJIT_INCLUDE_FUZZERS needs Clang, which has libFuzzer")
  endif()
  # libFuzzer is led by what of vmjit an input reaches.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
