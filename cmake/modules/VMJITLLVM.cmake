# Finds LLVM, MLIR and LLD 22 and says how to link them.
#
# VMJIT_LLVM_LIBS and VMJIT_MLIR_LIBS are what a library that uses LLVM or MLIR
# names in LINK_LIBS: the shared libraries, or with VMJIT_STATIC_LLVM the static
# ones.

find_program(LLVM_CONFIG_PROGRAM NAMES llvm-config-22 llvm-config)
if(LLVM_CONFIG_PROGRAM)
  execute_process(COMMAND ${LLVM_CONFIG_PROGRAM} --prefix
                  OUTPUT_VARIABLE llvm_prefix OUTPUT_STRIP_TRAILING_WHITESPACE)
  list(APPEND CMAKE_PREFIX_PATH ${llvm_prefix})
endif()
find_package(LLVM 22.1 REQUIRED CONFIG)
find_package(MLIR REQUIRED CONFIG)
find_package(LLD REQUIRED CONFIG)

list(APPEND CMAKE_MODULE_PATH ${MLIR_CMAKE_DIR} ${LLVM_CMAKE_DIR})
include(TableGen)
include(AddLLVM)
include(AddMLIR)

# One string, not a list.
separate_arguments(llvm_definitions NATIVE_COMMAND ${LLVM_DEFINITIONS})
add_definitions(${llvm_definitions})
include_directories(SYSTEM ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS} ${LLD_INCLUDE_DIRS})
if(NOT LLVM_ENABLE_RTTI)
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fno-rtti>)
endif()
if(NOT LLVM_ENABLE_EH)
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions>)
endif()
set(LLVM_RUNTIME_OUTPUT_INTDIR ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)

if(VMJIT_STATIC_LLVM)
  include(VMJITStaticLLVM)
  include(VMJITUnusedTargets)
else()
  set(VMJIT_LLVM_LIBS LLVM)
  set(VMJIT_MLIR_LIBS MLIR LLVM)
endif()
