# Installs the libraries, their headers and a package that find_package(VMJIT)
# finds. Included last: it reads what vmjit_add_library has collected.
#
# The package has three components. Runtime is what a program needs that reads
# programs, interprets them and runs precompiled kernels; Compiler is the rest,
# and needs MLIR and LLD where the package is used. A library's component
# follows from what it links. C is the shared library of the C API, which needs
# nothing, for CMake or pkg-config.

include(CMakePackageConfigHelpers)

set(vmjit_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/VMJIT)

# Sets out to whether the library or anything it links needs MLIR or LLD.
function(vmjit_needs_mlir library out)
  set(${out} OFF PARENT_SCOPE)
  get_target_property(linked ${library} LINK_LIBRARIES)
  foreach(name IN LISTS linked)
    string(REGEX REPLACE "^VMJIT::" "" name "${name}")
    if(name MATCHES "^(MLIR|lld)")
      set(${out} ON PARENT_SCOPE)
      return()
    endif()
    if(name MATCHES "^VMJIT" AND TARGET ${name})
      vmjit_needs_mlir(${name} needed)
      if(needed)
        set(${out} ON PARENT_SCOPE)
        return()
      endif()
    endif()
  endforeach()
endfunction()

get_property(vmjit_libraries GLOBAL PROPERTY VMJIT_LIBRARIES)
foreach(library IN LISTS vmjit_libraries)
  target_compile_features(${library} INTERFACE cxx_std_20)
  vmjit_needs_mlir(${library} needed)
  if(needed)
    set(component Compiler)
  else()
    set(component Runtime)
  endif()
  set(vmjit_has_${component} ON)
  install(TARGETS ${library} EXPORT VMJIT${component}Targets
          ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
endforeach()

install(TARGETS vmjit-c EXPORT VMJITCTargets
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
set(vmjit_has_C ON)
file(RELATIVE_PATH vmjit_pc_prefix
     ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
configure_file(${CMAKE_SOURCE_DIR}/cmake/modules/vmjit-c.pc.in
               ${CMAKE_BINARY_DIR}/cmake/vmjit-c.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/cmake/vmjit-c.pc
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

foreach(component Runtime Compiler C)
  if(vmjit_has_${component})
    install(EXPORT VMJIT${component}Targets NAMESPACE VMJIT::
            DESTINATION ${vmjit_package_dir})
  endif()
endforeach()

# Installed tools find libMLIR and libLLVM where they were linked from.
get_property(vmjit_tools GLOBAL PROPERTY VMJIT_TOOLS)
if(vmjit_tools)
  set_target_properties(${vmjit_tools} PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
endif()

# Headers as written, and those that tablegen writes.
foreach(tree ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR})
  install(DIRECTORY ${tree}/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
          FILES_MATCHING PATTERN "*.h" PATTERN "*.def" PATTERN "*.td" PATTERN "*.inc"
          PATTERN CMakeFiles EXCLUDE)
endforeach()

configure_package_config_file(
  ${CMAKE_SOURCE_DIR}/cmake/modules/VMJITConfig.cmake.in
  ${CMAKE_BINARY_DIR}/cmake/VMJITConfig.cmake
  INSTALL_DESTINATION ${vmjit_package_dir})
write_basic_package_version_file(
  ${CMAKE_BINARY_DIR}/cmake/VMJITConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/cmake/VMJITConfig.cmake
              ${CMAKE_BINARY_DIR}/cmake/VMJITConfigVersion.cmake
        DESTINATION ${vmjit_package_dir})
if(VMJIT_STATIC_LLVM)
  install(FILES ${CMAKE_SOURCE_DIR}/cmake/modules/VMJITStaticLLVM.cmake
          DESTINATION ${vmjit_package_dir})
endif()
install(FILES ${CMAKE_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
