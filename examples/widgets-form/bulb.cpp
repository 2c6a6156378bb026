// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "bulb.h"

#include <QtGui/qpainter.h>
#include <QtGui/qpainterpath.h>

namespace {

QColor mixed(const QColor &from, const QColor &to, qreal share)
{
    const auto channel = [share](int a, int b) { return a + qRound((b - a) * share); };
    return { channel(from.red(), to.red()), channel(from.green(), to.green()),
             channel(from.blue(), to.blue()) };
}

void paintGlow(QPainter &painter, QPointF center, qreal strength)
{
    QRadialGradient glow(center, 85);
    glow.setColorAt(0, QColor(255, 214, 90, qRound(210 * strength)));
    glow.setColorAt(0.5, QColor(255, 214, 90, qRound(70 * strength)));
    glow.setColorAt(1, Qt::transparent);
    painter.fillRect(QRectF(center.x() - 85, center.y() - 85, 170, 170), glow);
}

QPainterPath glassPath(QPointF center)
{
    QPainterPath path;
    path.moveTo(center + QPointF(-16, 56));
    path.cubicTo(center + QPointF(-16, 36), center + QPointF(-42, 26), center + QPointF(-42, -4));
    path.arcTo(QRectF(center.x() - 42, center.y() - 46, 84, 84), 180, -180);
    path.cubicTo(center + QPointF(42, 26), center + QPointF(16, 36), center + QPointF(16, 56));
    path.closeSubpath();
    return path;
}

} // namespace

Bulb::Bulb(QWidget *parent) : QWidget(parent)
{
    setMinimumSize(sizeHint());
}

void Bulb::setBrightness(int percent)
{
    if (m_brightness == percent)
        return;
    m_brightness = percent;
    update();
}

void Bulb::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const qreal strength = m_brightness / 100.0;
    const QPointF center(width() / 2.0, height() / 2.0 - 18);
    paintGlow(painter, center, strength);

    QRadialGradient glass(center - QPointF(10, 14), 62);
    glass.setColorAt(0, mixed(QColor(250, 250, 250), QColor(255, 250, 214), strength));
    glass.setColorAt(1, mixed(QColor(206, 212, 218), QColor(255, 196, 40), strength));
    painter.setPen(QPen(mixed(QColor(140, 148, 156), QColor(204, 140, 20), strength), 2));
    painter.setBrush(glass);
    painter.drawPath(glassPath(center));

    painter.setPen(Qt::NoPen);
    for (int ring = 0; ring < 3; ++ring) {
        painter.setBrush(ring % 2 ? QColor(128, 136, 146) : QColor(156, 164, 174));
        painter.drawRoundedRect(QRectF(center.x() - 17, center.y() + 57 + ring * 9, 34, 8), 3, 3);
    }
    painter.setBrush(QColor(70, 76, 84));
    painter.drawRoundedRect(QRectF(center.x() - 9, center.y() + 84, 18, 6), 3, 3);
}
