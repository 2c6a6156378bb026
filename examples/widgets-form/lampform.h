// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/client/syncedobject.h>

#include <QtWidgets/qgroupbox.h>

class Bulb;
class QCheckBox;
class QLabel;
class QLineEdit;
class QSlider;

/// A form for one entity: what is done here is written to it, what happens to it shows here.
class LampForm : public QGroupBox
{
    Q_OBJECT

public:
    explicit LampForm(ObjectSync::SyncSession *session, QWidget *parent = nullptr);

    /// Shows another entity.
    void setLamp(const QString &id);

private:
    void buildWidgets();
    void connectWidgets();
    void showLamp();

    ObjectSync::SyncedObject m_lamp;
    Bulb *m_bulb;
    QLineEdit *m_name;
    QCheckBox *m_on;
    QSlider *m_brightness;
    QLabel *m_percent;
    QLabel *m_state;
};
