#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
# SPDX-License-Identifier: MIT
"""plots.py FIGURES FOLDER: draws what the benchmarks have written with --figures.

One SVG for each of the plots below whose figures are there, by gnuplot. A contestant has the same
colour in all of them. Marks show the median of the rounds, bars from mark to mark the least and the
most.
"""

import json
import math
import pathlib
import subprocess
import sys

INK = "#222222"
# Contestants in the order in which they are drawn, with their colours; others are left out.
COLOURS = {
    "objectsync": "#0b5cad",
    "objectsync-plain": "#74a9cf",
    "epoll": "#555555",
    "qwebsocket-together": "#66a61e",
    "qwebsocket": "#1b7837",
    "remoteobjects": "#d95f02",
    "webchannel": "#e6ab02",
    "colyseus-quick": "#e78ac3",
    "colyseus": "#c51b7d",
    "socketio": "#7b3294",
    "sharedb": "#8c510a",
    "yjs": "#b2182b",
}
GROWTH_COLOURS = {"same": "#0b5cad", "wandering": "#d95f02"}
HEAD = """\
set terminal svg size {width},{height} font "DejaVu Sans,14" background rgb "white"
set output "{output}"
set border 3 lc rgb "{ink}"
set tics nomirror textcolor rgb "{ink}"
set key textcolor rgb "{ink}"
set grid lc rgb "#dddddd" lt 1
set title "{title}" textcolor rgb "{ink}"
"""
LICENCE = """\
<!-- SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
     SPDX-License-Identifier: MIT -->
"""


def quoted(text):
    return text.replace("\\", "\\\\").replace('"', '\\"')


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def draw(output, title, width, height, script):
    head = HEAD.format(width=width, height=height, output=output, ink=INK, title=quoted(title))
    subprocess.run(["gnuplot"], input=head + script, text=True, check=True)
    text = output.read_text()
    end_of_declaration = text.index("?>") + 3
    output.write_text(text[:end_of_declaration] + LICENCE + text[end_of_declaration:])
    print(f"plots.py: {output}", file=sys.stderr)


def block(name, rows):
    return f"${name} << END\n" + "".join(" ".join(map(str, row)) + "\n" for row in rows) + "END\n"


def lines(output, title, axes, series):
    """series: (title, colour, rows of x, median, least, most)."""
    script = axes
    plots = []
    for index, (name, colour, rows) in enumerate(series):
        script += block(f"line{index}", rows)
        style = f'lc rgb "{colour}" lw 2 pt 7 ps 0.6 title "{quoted(name)}"'
        plots.append(f"$line{index} using 1:2:3:4 with yerrorlines {style}")
    draw(output, title, 1040, 560, script + "plot " + ", \\\n  ".join(plots) + "\n")


def bars(output, title, axis, figures):
    """Horizontal ones, the shortest on top; on a logarithmic scale where they differ much."""
    figures = sorted((each for each in figures if each["contestant"] in COLOURS),
                     key=lambda each: -each["median"])
    least, most = min(each["least"] for each in figures), max(each["most"] for each in figures)
    is_logarithmic = 0 < 20 * least < most
    low = 10 ** math.floor(math.log10(least) - 0.3) if is_logarithmic else 0
    high = most * (3 if is_logarithmic else 1.15)
    gap = 1.08 if is_logarithmic else 1.02
    names = ", ".join(f'"{quoted(each["title"])}" {row}' for row, each in enumerate(figures))
    script = "set logscale x\n" if is_logarithmic else ""
    script += f"""\
set xrange [{low}:{high}]
set yrange [-0.6:{len(figures) - 0.4}]
set ytics ({names})
set grid noytics
set xlabel "{quoted(axis)}{", logarithmic" if is_logarithmic else ""}" textcolor rgb "{INK}"
unset key
set style fill solid 1 noborder
"""
    plots = []
    for row, each in enumerate(figures):
        median, least, most = each["median"], each["least"], each["most"]
        script += block(f"bar{row}", [(median, row, low, median, row - 0.35, row + 0.35, least, most)])
        script += f'set label "{number(median)}" at {most * gap},{row} textcolor rgb "{INK}"\n'
        colour = COLOURS[each["contestant"]]
        plots.append(f'$bar{row} using 1:2:3:4:5:6 with boxxyerror lc rgb "{colour}"')
        plots.append(f'$bar{row} using 1:2:7:8 with xerrorbars lc rgb "{INK}" lw 1 pt 0')
    draw(output, title, 960, 120 + 40 * len(figures), script + "plot " + ", \\\n  ".join(plots) + "\n")


def pick(figures, bench, name):
    return [each for each in figures if each["bench"] == bench and each["figure"] == name]


def fan_out(figures, folder):
    prefix = "together"
    series = []
    for contestant, colour in COLOURS.items():
        own = [each for each in figures if each["bench"] == "bench_fanout"
               and each["contestant"] == contestant and each["figure"].startswith(prefix)]
        rows = sorted((int(each["figure"][len(prefix):]), each["median"], each["least"], each["most"])
                      for each in own)
        if rows:
            series.append((own[0]["title"], colour, rows))
    if series:
        axes = f"""\
set logscale xy
set xrange [0.8:650]
set xtics (1, 10, 100, 500)
set key outside right top Left reverse samplen 1
set xlabel "readers" textcolor rgb "{INK}"
set ylabel "nanoseconds of server CPU" textcolor rgb "{INK}"
"""
        lines(folder / "fanout.svg", "Server CPU for one delivered update", axes, series)


def growth(figures, folder):
    series = []
    for which, colour in GROWTH_COLOURS.items():
        own = [each for each in figures if each["bench"] == "bench_growth"
               and each["contestant"] == which]
        rows = sorted((int(each["figure"]), each["median"], each["least"], each["most"])
                      for each in own)
        if rows:
            series.append((own[0]["title"], colour, rows))
    if series:
        most = max(row[3] for _, _, rows in series for row in rows)
        axes = f"""\
set logscale x
set xrange [700:1400000]
set yrange [0:{most * 1.3}]
set format x "%'.0f"
set key inside right bottom
set xlabel "entities in the world" textcolor rgb "{INK}"
set ylabel "nanoseconds of server CPU" textcolor rgb "{INK}"
"""
        lines(folder / "growth.svg", "What one update costs the server", axes, series)


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: plots.py FIGURES FOLDER")
    with open(sys.argv[1], encoding="utf-8") as file:
        figures = [each for each in map(json.loads, file) if "figure" in each]
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    fan_out(figures, folder)
    for bench, figure, title, axis in (
            ("latency", "p50", "From one client's write until another shows it, median",
             "microseconds"),
            ("join", "ms100000", "A client joins a world of 100,000 entities", "milliseconds"),
            ("idle", "idle", "Server memory for an idle connection", "kilobytes"),
            ("burst", "ms", "10,000 updates in one go, until another client has them",
             "milliseconds")):
        found = pick(figures, f"bench_{bench}", figure)
        if any(each["contestant"] in COLOURS for each in found):
            bars(folder / f"{bench}.svg", title, axis, found)
    growth(figures, folder)


main()
