# Keeps the targets that vmjit does not use out of executables with static LLVM:
# the driver of LLD initializes every target of LLVM, which links all of them, a
# third of a program. An executable that has these empty initializers of its own
# gets no others. Libraries must not have them, whoever links them may want more
# targets than we do.

if(NOT LLVM_NATIVE_ARCH IN_LIST LLVM_TARGETS_TO_BUILD)
  message(FATAL_ERROR "LLVM was built without its native target ${LLVM_NATIVE_ARCH}")
endif()
set(source "/* Made by VMJITUnusedTargets.cmake. */\n")
foreach(target IN LISTS LLVM_TARGETS_TO_BUILD)
  if(target STREQUAL LLVM_NATIVE_ARCH OR target STREQUAL "AMDGPU" OR target STREQUAL "NVPTX")
    continue()
  endif()
  set(parts Target AsmPrinter AsmParser)
  # Guest code of RISC-V is disassembled, but not generated.
  if(NOT target STREQUAL "RISCV")
    list(APPEND parts TargetInfo TargetMC Disassembler)
  endif()
  foreach(part IN LISTS parts)
    string(APPEND source "void LLVMInitialize${target}${part}(void) {}\n")
  endforeach()
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/UnusedTargets.c CONTENT "${source}" @ONLY)
add_library(VMJITUnusedTargets OBJECT ${CMAKE_BINARY_DIR}/UnusedTargets.c)
