# SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
# SPDX-License-Identifier: MIT

# Run by ctest; the variables come from CMakeLists.txt beside it.

cmake_minimum_required(VERSION 3.25)

set(prefix "${WORK}/prefix")
set(moved "${WORK}/moved")
file(REMOVE_RECURSE "${WORK}")

# step(<command>...): stops the test if the command fails.
function(step)
    execute_process(COMMAND ${ARGN} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

step("${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${prefix}")

# What was installed are files, and public ones: no links into the source tree, nothing private.
file(GLOB_RECURSE headers LIST_DIRECTORIES false "${prefix}/include/*")
if(NOT headers)
    message(FATAL_ERROR "No header was installed in ${prefix}/include")
endif()
foreach(header IN LISTS headers)
    if(IS_SYMLINK "${header}" OR header MATCHES "_p\\.h$")
        message(FATAL_ERROR "Not to be installed: ${header}")
    endif()
endforeach()

# The package may be moved after installation.
file(RENAME "${prefix}" "${moved}")

step("${CMAKE_COMMAND}" -S "${CONSUMER}" -B "${WORK}/build" -G "${GENERATOR}"
    "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_PREFIX_PATH=${moved}" "-DQt6_DIR=${QT}")
step("${CMAKE_COMMAND}" --build "${WORK}/build")
step("${WORK}/build/consumer")

# Who asks for what is not there is told what is.
file(WRITE "${WORK}/mistaken/CMakeLists.txt" [[
cmake_minimum_required(VERSION 3.25)
project(mistaken CXX)
find_package(ObjectSync REQUIRED COMPONENTS Servre Clinet)
]])
execute_process(
    COMMAND "${CMAKE_COMMAND}" -S "${WORK}/mistaken" -B "${WORK}/mistaken/build" -G "${GENERATOR}"
        "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_PREFIX_PATH=${moved}" "-DQt6_DIR=${QT}"
    RESULT_VARIABLE failed ERROR_VARIABLE told)
string(REGEX REPLACE "[ \n]+" " " told "${told}") # as wide as it likes
if(NOT failed OR NOT told MATCHES "no component Servre, Clinet" OR NOT told MATCHES "Core, Client, Server")
    message(FATAL_ERROR "An unknown component is not told of as it should be: ${told}")
endif()

foreach(tool IN ITEMS objectsyncd objectsync)
    if(EXISTS "${BUILD}/bin/${tool}")
        step("${moved}/bin/${tool}" --version)
    endif()
endforeach()
if(EXISTS "${BUILD}/qml/ObjectSync/qmldir" AND NOT EXISTS "${moved}/${LIBDIR}/qml/ObjectSync/qmldir")
    message(FATAL_ERROR "The QML module was not installed to ${LIBDIR}/qml/ObjectSync")
endif()
