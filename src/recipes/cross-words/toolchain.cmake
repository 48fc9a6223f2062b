# cmake -DCMAKE_TOOLCHAIN_FILE=…/toolchain.cmake: the cross toolchain @TRIPLET@ that this file lies in.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR @PROCESSOR@)
set(CMAKE_SYSROOT "${CMAKE_CURRENT_LIST_DIR}/@TRIPLET@/sysroot")
set(CMAKE_C_COMPILER "${CMAKE_CURRENT_LIST_DIR}/bin/@TRIPLET@-gcc")
set(CMAKE_CXX_COMPILER "${CMAKE_CURRENT_LIST_DIR}/bin/@TRIPLET@-g++")
set(CMAKE_ASM_COMPILER "${CMAKE_C_COMPILER}")
set(PKG_CONFIG_EXECUTABLE "${CMAKE_CURRENT_LIST_DIR}/bin/@TRIPLET@-pkg-config" CACHE FILEPATH "pkg-config that looks into the sysroot only")

# Programs are this machine's; libraries, headers and packages come from the sysroot and from CMAKE_FIND_ROOT_PATH, if that is set.
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# What FindOpenMP would find out: it does not understand the linker's command line where a path in it has a space.
foreach(language C CXX)
  set(OpenMP_${language}_FLAGS -fopenmp CACHE STRING "compiler flags for OpenMP")
  set(OpenMP_${language}_LIB_NAMES gomp CACHE STRING "libraries of OpenMP")
endforeach()
set(OpenMP_gomp_LIBRARY gomp CACHE STRING "what the linker is told for gomp")

# Tests and try_run run under qemu where it is on PATH.
find_program(CROSS_QEMU NAMES @QEMU@ @QEMU@-static)
mark_as_advanced(CROSS_QEMU)
if(CROSS_QEMU AND NOT DEFINED CMAKE_CROSSCOMPILING_EMULATOR)
  set(CMAKE_CROSSCOMPILING_EMULATOR "${CMAKE_CURRENT_LIST_DIR}/@TRIPLET@/run/@TRIPLET@-run")
endif()
