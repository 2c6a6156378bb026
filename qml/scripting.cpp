// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "scripting_p.h"

#include "errorvaluetype_p.h"

#include <QtCore/qpointer.h>
#include <QtQml/qqmlcontext.h>
#include <QtQml/qqmlengine.h>
#include <QtQml/qqmlinfo.h>

namespace ObjectSync::Internal {

QVariant plainVariant(const QVariant &value)
{
    return value.metaType() == QMetaType::fromType<QJSValue>() ? value.value<QJSValue>().toVariant()
                                                               : value;
}

QVariantMap plainMap(const QJSValue &object)
{
    return object.toVariant().toMap();
}

void throwTypeError(const QObject *element, const QString &message)
{
    if (QJSEngine *const engine = qmlEngine(element))
        engine->throwError(QJSValue::TypeError, message);
}

bool checkMap(const QObject *element, const QJSValue &object, const char *function)
{
    const bool isMap = object.isObject() && !object.isArray() && !object.isCallable()
                       && !object.isDate() && !object.isRegExp();
    if (!isMap && !object.isVariant()) {
        throwTypeError(element, QStringLiteral("%1() takes an object with the entity's values")
                                        .arg(QLatin1String(function)));
    }
    return isMap || object.isVariant();
}

void callWhenFinished(QObject *caller, const QJSValue &callback,
                      const std::function<SyncReply *()> &request)
{
    const QPointer<QObject> element = caller;
    SyncReply *const reply = request();
    if (!reply || !element)
        return;
    if (!callback.isCallable()) {
        if (reply->isRefusedHere()) {
            reply->then(caller, [caller](const SyncReply &finished) {
                qmlWarning(caller) << "Refused: " << finished.errorString();
            });
        }
        return;
    }
    reply->then(element, [element, callback](const SyncReply &finished) {
        QJSEngine *const engine = qmlEngine(element);
        if (!engine)
            return;
        const QJSValue error = finished.error() ? engine->toScriptValue(
                                       ErrorValueType::toMap(*finished.error()))
                                                : QJSValue(QJSValue::NullValue);
        const QJSValue value = engine->toScriptValue(finished.value());
        const QJSValue result = callback.call({ error, value });
        if (element && result.isError())
            qmlWarning(element) << "The callback threw: " << result.toString();
    });
}

void protectFromScripts(QObject *object, const QObject *element)
{
    if (!object)
        return;
    QQmlEngine::setObjectOwnership(object, QQmlEngine::CppOwnership);
    if (QQmlContext *const context = QQmlEngine::contextForObject(element);
        context && !QQmlEngine::contextForObject(object))
        QQmlEngine::setContextForObject(object, context->engine()->rootContext());
}

} // namespace ObjectSync::Internal
