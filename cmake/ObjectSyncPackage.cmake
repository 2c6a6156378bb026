# SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
# SPDX-License-Identifier: MIT
#
# The installed package: find_package(ObjectSync COMPONENTS Core Client Server Sqlite).

include_guard(GLOBAL)
include(CMakePackageConfigHelpers)

set(OBJECTSYNC_INSTALL_CMAKEDIR "${CMAKE_INSTALL_LIBDIR}/cmake/ObjectSync")

# objectsync_install_library(<Name> <directory> HEADERS <header>... LINK <library>...)
#
# Installs ObjectSync<Name> and its headers, and makes it a component of the package. The component
# depends on those of the libraries linked that are Qt's or this project's. Of others, whose targets
# are named <namespace>::<package>, only static libraries say that they need them.
function(objectsync_install_library name directory)
    cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "HEADERS;LINK")
    # The header set consists of links; the files behind them are what is to be installed.
    install(TARGETS ObjectSync${name} EXPORT ObjectSync${name}Targets
        RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}"
        LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
        ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
        FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
            COMPONENT staged_headers EXCLUDE_FROM_ALL)
    install(FILES ${arg_HEADERS}
        DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/objectsync/${directory}")
    install(EXPORT ObjectSync${name}Targets
        NAMESPACE ObjectSync::
        DESTINATION "${OBJECTSYNC_INSTALL_CMAKEDIR}")

    set(qt ${arg_LINK})
    list(FILTER qt INCLUDE REGEX "^Qt6::")
    list(TRANSFORM qt REPLACE "^Qt6::" "")
    set(own ${arg_LINK})
    list(FILTER own INCLUDE REGEX "^ObjectSync::")
    list(TRANSFORM own REPLACE "^ObjectSync::" "")
    set(others)
    if(NOT BUILD_SHARED_LIBS)
        set(others ${arg_LINK})
        list(FILTER others EXCLUDE REGEX "^(Qt6|ObjectSync)::")
        list(TRANSFORM others REPLACE "^.*::" "")
    endif()
    set_property(GLOBAL APPEND PROPERTY OBJECTSYNC_COMPONENTS ${name})
    set_property(GLOBAL PROPERTY OBJECTSYNC_${name}_QT "${qt}")
    set_property(GLOBAL PROPERTY OBJECTSYNC_${name}_NEEDS "${own}")
    set_property(GLOBAL PROPERTY OBJECTSYNC_${name}_OTHERS "${others}")
endfunction()

# objectsync_install_package()
#
# Writes and installs the package's configuration and version files. Call it once, after all
# libraries.
function(objectsync_install_package)
    get_property(components GLOBAL PROPERTY OBJECTSYNC_COMPONENTS)
    set(OBJECTSYNC_DEPENDENCIES)
    foreach(name IN LISTS components)
        get_property(qt GLOBAL PROPERTY OBJECTSYNC_${name}_QT)
        get_property(own GLOBAL PROPERTY OBJECTSYNC_${name}_NEEDS)
        get_property(others GLOBAL PROPERTY OBJECTSYNC_${name}_OTHERS)
        string(APPEND OBJECTSYNC_DEPENDENCIES
            "set(_objectsync_${name}_qt ${qt})\nset(_objectsync_${name}_needs ${own})\n"
            "set(_objectsync_${name}_others ${others})\n")
    endforeach()
    set(OBJECTSYNC_COMPONENTS ${components})
    configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/ObjectSyncConfig.cmake.in"
        "${PROJECT_BINARY_DIR}/cmake/ObjectSyncConfig.cmake"
        INSTALL_DESTINATION "${OBJECTSYNC_INSTALL_CMAKEDIR}"
        PATH_VARS OBJECTSYNC_INSTALL_QMLDIR)
    write_basic_package_version_file("${PROJECT_BINARY_DIR}/cmake/ObjectSyncConfigVersion.cmake"
        COMPATIBILITY SameMinorVersion)
    install(FILES
        "${PROJECT_BINARY_DIR}/cmake/ObjectSyncConfig.cmake"
        "${PROJECT_BINARY_DIR}/cmake/ObjectSyncConfigVersion.cmake"
        DESTINATION "${OBJECTSYNC_INSTALL_CMAKEDIR}")
endfunction()
