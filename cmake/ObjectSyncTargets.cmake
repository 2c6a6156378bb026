# SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
# SPDX-License-Identifier: MIT
#
# One call for each kind of target: objectsync_add_library, objectsync_add_executable,
# objectsync_add_test.

include_guard(GLOBAL)

# objectsync_target_options(<target>)
#
# Gives a target of this project the project's compile options: Qt's strict definitions always,
# warnings as errors in developer mode, sanitizers where the preset asks for them. The functions
# below call it; call it for a target made in another way (such as by qt_add_qml_module).
function(objectsync_target_options target)
    target_compile_definitions(${target} PRIVATE
        QT_NO_KEYWORDS
        QT_NO_CAST_FROM_ASCII
        QT_NO_FOREACH)
    if(OBJECTSYNC_DEVELOPER_MODE)
        target_compile_options(${target} PRIVATE
            -Wall -Wextra -Wpedantic -Wshadow -Wconversion
            -Wnon-virtual-dtor -Woverloaded-virtual -Wundef -Wvla -Werror)
    endif()
    if(OBJECTSYNC_SANITIZERS)
        target_compile_options(${target} PRIVATE
            "-fsanitize=${OBJECTSYNC_SANITIZERS}" -fno-sanitize-recover=all
            -fno-omit-frame-pointer)
        target_link_options(${target} PRIVATE "-fsanitize=${OBJECTSYNC_SANITIZERS}")
    endif()
endfunction()

# objectsync_add_library(<Name> DIRECTORY <directory>
#     PUBLIC_HEADERS <header>...
#     [PRIVATE_HEADERS <header>...]
#     SOURCES <source>...
#     [PUBLIC_LINK <library>...]
#     [PRIVATE_LINK <library>...])
#
# Makes the library ObjectSync<Name>, with the alias ObjectSync::<Name> for use in this build and
# as a component of the installed package.
#
# The source folder is on nobody's include path. Public headers are staged as links in
# <build>/include/objectsync/<directory>, the only place where other targets look: so a header is
# included as <objectsync/<directory>/value.h> both here and once installed, and the private
# headers of one library cannot be reached from another. Within the library, write "value_p.h".
#
# DIRECTORY is the last part of the library's own source folder.
function(objectsync_add_library name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "DIRECTORY"
        "PUBLIC_HEADERS;PRIVATE_HEADERS;SOURCES;PUBLIC_LINK;PRIVATE_LINK")
    objectsync_check_arguments("${arg_UNPARSED_ARGUMENTS}")
    set(target ObjectSync${name})

    add_library(${target} ${arg_SOURCES} ${arg_PUBLIC_HEADERS} ${arg_PRIVATE_HEADERS})
    add_library(ObjectSync::${name} ALIAS ${target})
    set_target_properties(${target} PROPERTIES
        EXPORT_NAME ${name}
        VERSION ${PROJECT_VERSION}
        SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
        LINKER_LANGUAGE CXX)
    target_compile_features(${target} PUBLIC cxx_std_20)
    target_link_libraries(${target}
        PUBLIC ${arg_PUBLIC_LINK}
        PRIVATE ${arg_PRIVATE_LINK})
    objectsync_target_options(${target})
    # Nobody replaces functions of these libraries by their own: calls within one may be inlined.
    target_compile_options(${target} PRIVATE
        $<$<CXX_COMPILER_ID:GNU,Clang>:-fno-semantic-interposition>)
    if(BUILD_SHARED_LIBS)
        set_target_properties(${target} PROPERTIES
            INTERPROCEDURAL_OPTIMIZATION_RELEASE ${OBJECTSYNC_LINK_TIME_OPTIMIZATION})
        # GCC finds fault with code of QHash that it has put into ours.
        target_link_options(${target} PRIVATE
            $<$<CXX_COMPILER_ID:GNU>:-Wno-alloc-size-larger-than>)
    else()
        target_compile_definitions(${target} PUBLIC OBJECTSYNC_STATIC)
    endif()

    if(OBJECTSYNC_BUILD_QML)
        # What the QML module tells qmllint of the classes that its types are derived from.
        qt_extract_metatypes(${target})
    endif()
    objectsync_stage_headers(${target} ${arg_DIRECTORY} ${arg_PUBLIC_HEADERS})
    objectsync_install_library(${name} ${arg_DIRECTORY}
        HEADERS ${arg_PUBLIC_HEADERS}
        LINK ${arg_PUBLIC_LINK} ${arg_PRIVATE_LINK})
endfunction()

# objectsync_stage_headers(<target> <directory> <header>...)
#
# Links the headers of the current source folder into <build>/include/objectsync/<directory>, and
# makes them the target's header set there. Links that no header stands behind any longer go.
function(objectsync_stage_headers target directory)
    set(stage "${PROJECT_BINARY_DIR}/include/objectsync/${directory}")
    file(REMOVE_RECURSE "${stage}")
    file(MAKE_DIRECTORY "${stage}")
    set(staged)
    foreach(header IN LISTS ARGN)
        file(CREATE_LINK "${CMAKE_CURRENT_SOURCE_DIR}/${header}" "${stage}/${header}" SYMBOLIC)
        list(APPEND staged "${stage}/${header}")
    endforeach()
    # The source itself is in the target, too: moc must see each class once.
    set_source_files_properties(${staged} PROPERTIES SKIP_AUTOGEN ON)
    target_sources(${target} PUBLIC
        FILE_SET HEADERS BASE_DIRS "${PROJECT_BINARY_DIR}/include" FILES ${staged})
endfunction()

# objectsync_add_executable(<name> SOURCES <source>... [LINK <library>...] [INSTALL])
#
# Makes a program of this project, a tool or an example; with INSTALL it is installed to bin.
function(objectsync_add_executable name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "INSTALL" "" "SOURCES;LINK")
    objectsync_check_arguments("${arg_UNPARSED_ARGUMENTS}")
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE ${arg_LINK})
    objectsync_target_options(${name})
    if(arg_INSTALL)
        install(TARGETS ${name} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
    endif()
endfunction()

# objectsync_add_test(<name> SOURCES <source>... [LINK <library>...]
#     [INTERNALS <Name>] [LABELS <label>...] [TIMEOUT <seconds>] [ENVIRONMENT <variable=value>...])
#
# Makes a Qt Test program and registers it with ctest. <name> is tst_<class>. Qt6::Test is linked;
# the program runs without a display and is given up after TIMEOUT (60) seconds.
#
# INTERNALS is for the test of a class that the library ObjectSync<Name> does not export: the test
# is linked with the library's object files instead of the library, and may include "name_p.h".
function(objectsync_add_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT;INTERNALS" "SOURCES;LINK;LABELS;ENVIRONMENT")
    objectsync_check_arguments("${arg_UNPARSED_ARGUMENTS}")
    if(NOT name MATCHES "^tst_[a-z0-9_]+$")
        message(FATAL_ERROR "The test ${name} must be named tst_<class>, in lower case")
    endif()
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE ${arg_LINK} Qt6::Test)
    if(arg_INTERNALS)
        objectsync_use_internals(${name} ObjectSync${arg_INTERNALS})
    endif()
    objectsync_target_options(${name})
    set_target_properties(${name} PROPERTIES
        RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests/bin")
    add_test(NAME ${name} COMMAND ${name})
    objectsync_test_properties(${name}
        TIMEOUT ${arg_TIMEOUT} LABELS ${arg_LABELS} ENVIRONMENT ${arg_ENVIRONMENT})
endfunction()

# objectsync_use_internals(<test> <library>)
#
# Links a test with the object files of a library, and with all that the library links.
function(objectsync_use_internals test library)
    target_sources(${test} PRIVATE $<TARGET_OBJECTS:${library}>)
    target_include_directories(${test} PRIVATE
        "$<TARGET_PROPERTY:${library},SOURCE_DIR>"
        "$<TARGET_PROPERTY:${library},INTERFACE_INCLUDE_DIRECTORIES>")
    target_link_libraries(${test} PRIVATE $<TARGET_PROPERTY:${library},LINK_LIBRARIES>)
endfunction()

# objectsync_test_properties(<test> [LABELS <label>...] [TIMEOUT <seconds>]
#     [ENVIRONMENT <variable=value>...])
#
# What objectsync_add_test sets on its tests, for one registered by add_test() itself.
function(objectsync_test_properties name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "LABELS;ENVIRONMENT")
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 60)
    endif()
    set(environment
        QT_QPA_PLATFORM=offscreen
        QT_QUICK_BACKEND=software
        "QML_IMPORT_PATH=${PROJECT_BINARY_DIR}/qml")
    if(OBJECTSYNC_SANITIZERS)
        list(APPEND environment
            "LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/support/lsan.supp:print_suppressions=0"
            "UBSAN_OPTIONS=print_stacktrace=1")
    endif()
    set_tests_properties(${name} PROPERTIES
        TIMEOUT ${arg_TIMEOUT}
        LABELS "${arg_LABELS}"
        ENVIRONMENT "${environment};${arg_ENVIRONMENT}")
endfunction()

# objectsync_check_arguments(<unparsed>)
#
# Stops on a misspelt keyword: what cmake_parse_arguments did not know would else be lost.
function(objectsync_check_arguments unparsed)
    if(NOT unparsed STREQUAL "")
        message(FATAL_ERROR "Unknown arguments: ${unparsed}")
    endif()
endfunction()
