# cmake -DSOURCE_DIR=<tree> -DOUTPUT=<header> -P VMJITBuildId.cmake
#
# Writes a header with VMJIT_BUILD_ID: SHA-256 over the names and contents of all
# files below include/ and lib/. Where they are does not enter.

file(GLOB_RECURSE sources RELATIVE ${SOURCE_DIR} ${SOURCE_DIR}/include/* ${SOURCE_DIR}/lib/*)
# By bytes, whatever the locale.
list(SORT sources COMPARE STRING CASE SENSITIVE)
set(all "")
foreach(source IN LISTS sources)
  file(SHA256 ${SOURCE_DIR}/${source} digest)
  string(APPEND all "${digest} ${source}\n")
endforeach()
string(SHA256 id "${all}")
file(WRITE ${OUTPUT} "#define VMJIT_BUILD_ID \"${id}\"\n")
