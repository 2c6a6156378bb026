// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/clientengine.h>

namespace ObjectSync::Internal {

/// What follows a session's whole view, such as a model.
class ViewObserver
{
public:
    /// The session's view may be ahead of \a change: later changes are told later.
    virtual void viewChanged(const ViewChange &change) = 0;
    /// The session is being deleted.
    virtual void sessionGone() = 0;

protected:
    ~ViewObserver() = default;
};

} // namespace ObjectSync::Internal
