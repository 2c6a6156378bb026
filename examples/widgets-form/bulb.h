// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtWidgets/qwidget.h>

/// A light bulb that shines.
class Bulb : public QWidget
{
    Q_OBJECT

public:
    explicit Bulb(QWidget *parent = nullptr);

    /// 0 (off) to 100.
    void setBrightness(int percent);
    QSize sizeHint() const override { return { 170, 190 }; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int m_brightness = 0;
};
