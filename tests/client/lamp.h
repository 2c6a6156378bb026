// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/client/syncedobject.h>

#include <map>

/// A typed entity with a property of each kind that is converted in a way of its own.
class Lamp : public ObjectSync::SyncedObject
{
    Q_OBJECT
    Q_PROPERTY(int brightness READ brightness WRITE setBrightness NOTIFY brightnessChanged)
    Q_PROPERTY(bool on READ isOn WRITE setOn NOTIFY onChanged)
    Q_PROPERTY(QString label READ label WRITE setLabel NOTIFY labelChanged)
    Q_PROPERTY(float level MEMBER m_level NOTIFY levelChanged)
    Q_PROPERTY(Lamp::Mode mode MEMBER m_mode NOTIFY modeChanged)
    Q_PROPERTY(QList<int> numbers MEMBER m_numbers NOTIFY numbersChanged)
    Q_PROPERTY(QStringList tags MEMBER m_tags NOTIFY tagsChanged)
    Q_PROPERTY(QVariant any MEMBER m_any NOTIFY anyChanged)
    Q_PROPERTY(int readOnly READ brightness NOTIFY brightnessChanged)
    Q_PROPERTY(int excluded READ brightness WRITE setBrightness NOTIFY brightnessChanged
                       SCRIPTABLE false)

public:
    enum class Mode { Off, Reading, Party };
    Q_ENUM(Mode)

    using SyncedObject::SyncedObject;

    int brightness() const { return m_brightness; }
    void setBrightness(int brightness)
    {
        if (brightness == m_brightness)
            return;
        m_brightness = brightness;
        Q_EMIT brightnessChanged();
        if (brightness > 100)
            setOn(true);
    }
    bool isOn() const { return m_on; }
    void setOn(bool on)
    {
        if (on == m_on)
            return;
        m_on = on;
        Q_EMIT onChanged();
    }
    QString label() const { return m_label; }
    void setLabel(const QString &label)
    {
        if (label == m_label)
            return;
        m_label = label;
        Q_EMIT labelChanged();
    }

    /// Something else that the property can hold.
    static const QVariant *other(const QByteArray &name)
    {
        static const std::map<QByteArray, QVariant> values{
            { "brightness", 3 },
            { "on", false },
            { "label", QStringLiteral("other") },
            { "level", 0.5F },
            { "mode", QVariant::fromValue(Mode::Reading) },
            { "numbers", QVariant::fromValue(QList<int>{ 7 }) },
            { "tags", QStringList{ QStringLiteral("other") } },
            { "any", 5 },
        };
        return &values.at(name);
    }

Q_SIGNALS:
    void brightnessChanged();
    void onChanged();
    void labelChanged();
    void levelChanged();
    void modeChanged();
    void numbersChanged();
    void tagsChanged();
    void anyChanged();

private:
    int m_brightness = 10;
    bool m_on = false;
    QString m_label;
    float m_level = 0;
    Mode m_mode = Mode::Off;
    QList<int> m_numbers;
    QStringList m_tags;
    QVariant m_any;
};

/// A layer between SyncedObject and the entity's properties, as the QML element is one.
class HeldObject : public ObjectSync::SyncedObject
{
    Q_OBJECT
    Q_PROPERTY(int own READ own WRITE setOwn NOTIFY ownChanged)

public:
    explicit HeldObject(QObject *parent = nullptr)
        : SyncedObject(staticMetaObject, Undeclared::ByValueOnly, parent)
    {
        setHeld(true);
    }
    void letGo() { setHeld(false); }
    int own() const { return m_own; }
    void setOwn(int own)
    {
        m_own = own;
        Q_EMIT ownChanged();
    }

Q_SIGNALS:
    void ownChanged();

private:
    int m_own = 0;
};

class HeldLamp : public HeldObject
{
    Q_OBJECT
    Q_PROPERTY(int brightness READ brightness WRITE setBrightness NOTIFY brightnessChanged)

public:
    int brightness() const { return m_brightness; }
    void setBrightness(int brightness)
    {
        m_brightness = brightness;
        Q_EMIT brightnessChanged();
    }

Q_SIGNALS:
    void brightnessChanged();

private:
    int m_brightness = 10;
};
