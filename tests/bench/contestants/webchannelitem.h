// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "items.h"

#include <QtCore/qobject.h>

/// An entity as the server's object: everything that a web channel shows of it is a property.
class WebChannelItem : public QObject
{
    Q_OBJECT
    Q_PROPERTY(double x MEMBER m_x NOTIFY xChanged)
    Q_PROPERTY(double y MEMBER m_y NOTIFY yChanged)
    Q_PROPERTY(QString name MEMBER m_name NOTIFY nameChanged)
    Q_PROPERTY(int kind MEMBER m_kind NOTIFY kindChanged)
    Q_PROPERTY(bool open MEMBER m_open NOTIFY openChanged)

public:
    WebChannelItem(const Bench::Item &item, QObject *parent)
        : QObject(parent), m_x(item.x), m_y(item.y), m_name(QString::fromLatin1(item.name)),
          m_kind(item.kind), m_open(item.open)
    {
    }

Q_SIGNALS:
    void xChanged();
    void yChanged();
    void nameChanged();
    void kindChanged();
    void openChanged();

private:
    double m_x;
    double m_y;
    QString m_name;
    int m_kind;
    bool m_open;
};
