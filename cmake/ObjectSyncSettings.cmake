# SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
# SPDX-License-Identifier: MIT
#
# What holds for every target: the language, where results land in the build tree, and how the
# loader finds the libraries both there and once installed.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_AUTOMOC ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(PROJECT_IS_TOP_LEVEL)
    # Everything that runs lands in bin, lib and qml, as in the installed tree.
    set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
    set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")
    set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")
    set(QT_QML_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/qml")

    # Adds the target all_verify_interface_header_sets: every public header compiles alone.
    set(CMAKE_VERIFY_INTERFACE_HEADER_SETS ON)

    find_program(OBJECTSYNC_CCACHE ccache)
    if(OBJECTSYNC_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
        set(CMAKE_CXX_COMPILER_LAUNCHER "${OBJECTSYNC_CCACHE}")
    endif()
endif()

# Where the QML module is installed, below the prefix.
set(OBJECTSYNC_INSTALL_QMLDIR "${CMAKE_INSTALL_LIBDIR}/qml" CACHE STRING
    "Folder for QML modules, below the install prefix")

# Paths relative to the program, so that both trees may be moved.
set(CMAKE_BUILD_RPATH_USE_ORIGIN ON)
set(CMAKE_INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR};$ORIGIN")

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Kind of build" FORCE)
endif()

# The shared libraries of a release are optimized as a whole, where the compiler can do that.
include(CheckIPOSupported)
check_ipo_supported(RESULT OBJECTSYNC_CAN_LINK_TIME_OPTIMIZE LANGUAGES CXX)
option(OBJECTSYNC_LINK_TIME_OPTIMIZATION "Optimize the shared libraries of a release as a whole"
    ${OBJECTSYNC_CAN_LINK_TIME_OPTIMIZE})
