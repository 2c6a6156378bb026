// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "lampform.h"

#include "bulb.h"

#include <objectsync/client/syncsession.h>

#include <QtWidgets/qcheckbox.h>
#include <QtWidgets/qformlayout.h>
#include <QtWidgets/qlabel.h>
#include <QtWidgets/qlineedit.h>
#include <QtWidgets/qslider.h>

using namespace ObjectSync;
using namespace Qt::StringLiterals;

LampForm::LampForm(SyncSession *session, QWidget *parent) : QGroupBox(tr("Lamp"), parent)
{
    buildWidgets();
    connectWidgets();
    m_lamp.setSession(session);
    showLamp();
}

void LampForm::setLamp(const QString &id)
{
    m_lamp.setEntityId(id);
    showLamp();
}

void LampForm::buildWidgets()
{
    m_bulb = new Bulb;
    m_name = new QLineEdit;
    m_on = new QCheckBox(tr("Switched on"));
    m_brightness = new QSlider(Qt::Horizontal);
    m_brightness->setRange(0, 100);
    m_percent = new QLabel;
    m_percent->setMinimumWidth(fontMetrics().horizontalAdvance(u"100 %"_s));
    m_percent->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_state = new QLabel;
    m_state->setEnabled(false);

    auto *const brightness = new QHBoxLayout;
    brightness->addWidget(m_brightness);
    brightness->addWidget(m_percent);
    auto *const layout = new QFormLayout(this);
    layout->addRow(m_bulb);
    layout->addRow(tr("&Name"), m_name);
    layout->addRow(QString(), m_on);
    auto *const brightnessLabel = new QLabel(tr("&Brightness"));
    brightnessLabel->setBuddy(m_brightness);
    layout->addRow(brightnessLabel, brightness);
    layout->addRow(tr("State"), m_state);
}

void LampForm::connectWidgets()
{
    // From the widgets to the entity: its properties are dynamic ones of the object …
    connect(m_name, &QLineEdit::textEdited, this,
            [this](const QString &name) { m_lamp.setProperty("name", name); });
    connect(m_on, &QCheckBox::toggled, this, [this](bool on) { m_lamp.setProperty("on", on); });
    connect(m_brightness, &QSlider::valueChanged, this,
            [this](int percent) { m_lamp.setProperty("brightness", percent); });

    // … and back.
    connect(&m_lamp, &SyncedObject::valueChanged, this, &LampForm::showLamp);
    connect(&m_lamp, &SyncedObject::statusChanged, this, &LampForm::showLamp);
    connect(&m_lamp, &SyncedObject::pendingChanged, this, &LampForm::showLamp);
}

void LampForm::showLamp()
{
    const QSignalBlocker blockOn(m_on);
    const QSignalBlocker blockBrightness(m_brightness);
    const QString name = m_lamp.property("name").toString();
    const bool isOn = m_lamp.property("on").toBool();
    const int percent = m_lamp.property("brightness").toInt();
    setEnabled(m_lamp.exists());
    // The cursor stays where it is while one types.
    if (m_name->text() != name)
        m_name->setText(name);
    m_on->setChecked(isOn);
    m_brightness->setValue(percent);
    m_percent->setText(tr("%1 %").arg(percent));
    m_bulb->setBrightness(isOn ? percent : 0);
    if (!m_lamp.exists())
        m_state->setText(tr("not there"));
    else
        m_state->setText(m_lamp.isPending() ? tr("saving …") : tr("saved"));
}
