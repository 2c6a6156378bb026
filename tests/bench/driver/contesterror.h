// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qstring.h>

#include <stdexcept>

namespace Bench {

/// A contestant, or what measures it, has failed: the contest goes on without this one.
class ContestError : public std::runtime_error
{
public:
    explicit ContestError(const QString &why) : std::runtime_error(why.toStdString()) { }
};

} // namespace Bench
