// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/client/syncreply.h>
#include <objectsync/core/error.h>

#include <QtCore/qvariant.h>
#include <QtQml/qjsvalue.h>

#include <functional>

namespace ObjectSync::Internal {

/// What JavaScript hands over, in types that Value::fromVariant() knows.
QVariant plainVariant(const QVariant &value);

/// A JavaScript object, or one that was converted already, as names and values.
QVariantMap plainMap(const QJSValue &object);

/// Throws a TypeError in the script that has called.
void throwTypeError(const QObject *element, const QString &message);

/// True where there is nothing wrong with what was handed over as an entity's values; else throws.
bool checkMap(const QObject *element, const QJSValue &object, const char *function);

/// Makes a request, and calls \a callback with (error, value) when the reply has finished, while
/// \a caller lives: error is null or has `code`, `message` and `entityId`. Exceptions of the callback
/// are told as warnings of \a caller. Where \a callback is not a function, a request that was refused
/// here, before it was sent, is told as a warning: nothing else would tell of it.
void callWhenFinished(QObject *caller, const QJSValue &callback,
                      const std::function<SyncReply *()> &request);

/// Makes an object that C++ owns fit for JavaScript: it can neither destroy it nor, which would go
/// unnoticed, put properties on it that nobody else sees.
void protectFromScripts(QObject *object, const QObject *element);

} // namespace ObjectSync::Internal
