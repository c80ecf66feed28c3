# vmjit_add_library, vmjit_add_tool and vmjit_add_unittest: one line for each
# target of the project.

include_directories(${CMAKE_SOURCE_DIR}/include ${CMAKE_BINARY_DIR}/include)

# vmjit_add_library(<name> <source>... [LINK_LIBS <lib>...] [DEPENDS <target>...] [USES_MLIR])
#
# USES_MLIR marks a library whose sources include MLIR headers: they get the
# common precompiled header, and wait for the generated headers of the dialect.
# Everything else must build without them (utils/check-layering.py checks it).
function(vmjit_add_library name)
  cmake_parse_arguments(ARG "USES_MLIR" "" "LINK_LIBS;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  add_library(VMJIT::${name} ALIAS ${name})
  target_link_libraries(${name} PUBLIC ${ARG_LINK_LIBS})
  target_include_directories(${name} INTERFACE
    $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/include>
    $<BUILD_INTERFACE:${CMAKE_BINARY_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
  if(ARG_USES_MLIR)
    vmjit_use_mlir(${name})
  endif()
  set_property(GLOBAL APPEND PROPERTY VMJIT_LIBRARIES ${name})
endfunction()

# What a target needs that includes MLIR headers: libraries the precompiled
# header (executables are compiled as PIE and cannot share it), all of them the
# generated headers.
function(vmjit_use_mlir name)
  get_target_property(type ${name} TYPE)
  if(TARGET VMJITMLIRHeaders AND NOT type STREQUAL EXECUTABLE)
    target_precompile_headers(${name} REUSE_FROM VMJITMLIRHeaders)
  endif()
  if(TARGET VMJITVMDialectIncGen)
    add_dependencies(${name} VMJITVMDialectIncGen)
  endif()
endfunction()

# What every executable needs.
function(vmjit_configure_executable name)
  if(TARGET VMJITUnusedTargets)
    target_link_libraries(${name} PRIVATE VMJITUnusedTargets)
  endif()
endfunction()

# vmjit_add_tool(<name> <source>... [LINK_LIBS <lib>...] [USES_MLIR])
function(vmjit_add_tool name)
  cmake_parse_arguments(ARG "USES_MLIR" "" "LINK_LIBS" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE ${ARG_LINK_LIBS})
  vmjit_configure_executable(${name})
  if(ARG_USES_MLIR)
    vmjit_use_mlir(${name})
  endif()
  install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  set_property(GLOBAL APPEND PROPERTY VMJIT_TOOLS ${name})
endfunction()

# vmjit_add_unittest(<name> <source>... [LINK_LIBS <lib>...] [USES_MLIR])
#
# <name> ends in Tests; lit finds it by that name below unittests/.
function(vmjit_add_unittest name)
  cmake_parse_arguments(ARG "USES_MLIR" "" "LINK_LIBS" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE ${ARG_LINK_LIBS} GTest::gmock GTest::gtest_main)
  vmjit_configure_executable(${name})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
  # Compiling tests takes longer than running them.
  target_compile_options(${name} PRIVATE -O0)
  if(ARG_USES_MLIR)
    vmjit_use_mlir(${name})
  endif()
  set_property(GLOBAL APPEND PROPERTY VMJIT_UNITTESTS ${name})
endfunction()
