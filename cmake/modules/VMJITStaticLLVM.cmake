# Links LLVM, MLIR and LLD from their archives, so that what is built runs where
# they are not installed. Included after they have been found; sets
# VMJIT_LLVM_LIBS and VMJIT_MLIR_LIBS.
#
# The archives of MLIR and LLD name the shared libLLVM in their link interface.
# A process that held it beside the static parts would have two LLVMs, so each
# mention becomes a target that names the component archives.

if(NOT TARGET VMJITStaticLLVM)
  add_library(VMJITStaticLLVM INTERFACE IMPORTED)
  llvm_map_components_to_libnames(vmjit_llvm_components
    aggressiveinstcombine analysis asmparser asmprinter binaryformat bitreader bitwriter codegen
    core coroutines debuginfodwarf demangle dtlto executionengine frontendoffloading frontendopenmp
    globalisel instcombine ipo irprinter irreader jitlink linker lto mc mcdisassembler mcjit
    mcparser native object option orcjit orcshared orctargetprocess passes plugins
    profiledata remarks runtimedyld scalaropts selectiondag support target targetparser
    textapi transformutils vectorize windowsdriver
    # The driver of LLD initializes every target.
    AllTargetsAsmParsers AllTargetsCodeGens AllTargetsDescs AllTargetsDisassemblers
    AllTargetsInfos)
  target_link_libraries(VMJITStaticLLVM INTERFACE ${vmjit_llvm_components})
  # Drops shared libraries that only unused parts of LLVM need.
  target_link_options(VMJITStaticLLVM INTERFACE -Wl,--as-needed -Wl,--gc-sections)

  get_property(vmjit_imported DIRECTORY PROPERTY IMPORTED_TARGETS)
  list(FILTER vmjit_imported INCLUDE REGEX "^(MLIR|lld)")
  foreach(target IN LISTS vmjit_imported)
    get_target_property(type ${target} TYPE)
    get_target_property(linked ${target} INTERFACE_LINK_LIBRARIES)
    if(type STREQUAL "STATIC_LIBRARY" AND linked)
      list(TRANSFORM linked REPLACE "^LLVM$" "VMJITStaticLLVM")
      list(TRANSFORM linked REPLACE "^\\$<LINK_ONLY:LLVM>$" "VMJITStaticLLVM")
      set_target_properties(${target} PROPERTIES INTERFACE_LINK_LIBRARIES "${linked}")
    endif()
  endforeach()
endif()

set(VMJIT_LLVM_LIBS VMJITStaticLLVM)
set(VMJIT_MLIR_LIBS)
foreach(kind DIALECT CONVERSION EXTENSION TRANSLATION)
  get_property(vmjit_libs GLOBAL PROPERTY MLIR_${kind}_LIBS)
  list(APPEND VMJIT_MLIR_LIBS ${vmjit_libs})
endforeach()
# Upstream's own test libraries are in the lists, but are not packaged.
list(FILTER VMJIT_MLIR_LIBS EXCLUDE REGEX "Test")
list(APPEND VMJIT_MLIR_LIBS
  MLIRAnalysis MLIRBytecodeReader MLIRBytecodeWriter MLIRDebug MLIRIR MLIROptLib MLIRParser
  MLIRPass MLIRRegisterAllDialects MLIRRegisterAllExtensions MLIRRegisterAllPasses MLIRSupport
  MLIRTransforms MLIRTransformUtils MLIRTranslateLib VMJITStaticLLVM)
list(REMOVE_DUPLICATES VMJIT_MLIR_LIBS)
