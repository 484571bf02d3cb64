#!/usr/bin/env python3
"""Counts the numbers that a step of `owned` with dense input rounds to bfloat16 on a matrix unit, and the blocks of 32 inputs that are incomplete
inside a matrix, before and after inputs of gradients are packed once and slices begin at blocks.

    count.py

Shares are those of GradientSlice.shares and columnShares; loops those of SourceTiles/Products.swift.
"""
import math

PANEL, AT_ONCE, BLOCK_ROWS = 32, 256, 256


def padded(count):
    return (count + 15) // 16 * 16


def units(layers, tile, chosen):
    """Work units of one tile of inputs in one panel: [layer, inputs from, to, columns from, to, cost]."""
    found = []
    for layer in chosen:
        inputs, outputs = layers[layer]
        for column in range(0, padded(outputs), PANEL):
            end = min(column + PANEL, padded(outputs))
            for first in range(0, inputs, tile):
                last = min(first + tile, inputs)
                found.append([layer, first, last, column, end, (last - first) * (end - column)])
    return found


def rectangles(layer, first, last, column, end):
    full = (end - column) // PANEL * PANEL
    parts = [(column, column + full), (column + full, end)]
    return [(layer, first, last, a, b) for a, b in parts if b > a]


def shares(work, count):
    total, done, runs, wider = sum(unit[5] for unit in work), 0, [], []
    for unit in work:
        share = min(count - 1, int((done + unit[5] / 2) / total * count))
        done += unit[5]
        last = runs[-1] if runs else None
        if last and last[0] == share and last[1][0] == unit[0] and last[1][3:5] == unit[3:5] and last[1][2] == unit[1]:
            last[1][2] = unit[2]
        else:
            runs.append((share, unit[:5]))
    for share, unit in runs:
        last = wider[-1] if wider else None
        if last and last[0] == share and last[1][:3] == unit[:3] and last[1][4] == unit[3]:
            last[1][4] = unit[4]
        else:
            wider.append((share, list(unit)))
    return [[part for share, unit in wider if share == index for part in rectangles(*unit)] for index in range(count)]


def step(widths, rows, workers, packs):
    layers = list(zip(widths, widths[1:]))
    tile = 32 if packs else 12
    panels = math.ceil(padded(layers[0][1]) / PANEL)
    most = math.ceil(panels / workers)
    # The first layer is divided by columns; every worker computes its columns for all rows.
    divided = workers > 1 and panels >= workers and 4 * most * workers <= 5 * panels and rows <= 2 * layers[0][0]
    slices = shares(units(layers, tile, range(1 if divided else 0, len(layers))), workers)
    counts = {"inputs, forward": 0, "weights": 0, "error signals": 0, "inputs, gradient": 0}
    incomplete = 0
    for worker in range(workers):
        own = rows * (worker + 1) // workers - rows * worker // workers
        blocks = math.ceil(own / BLOCK_ROWS)
        if divided:
            columns = [min(padded(layers[0][1]), panels * (worker + more) // workers * PANEL) for more in (0, 1)]
            slices[worker] = rectangles(0, 0, layers[0][0], *columns) + slices[worker]
        for layer, (inputs, outputs) in enumerate(layers):
            if layer == 0 and divided:
                counts["inputs, forward"] += rows * inputs
                counts["weights"] += math.ceil(rows / BLOCK_ROWS) * inputs * (columns[1] - columns[0])
            else:
                counts["inputs, forward"] += own * inputs
                counts["weights"] += blocks * inputs * padded(outputs)
            if layer > 0:
                # Up to 16 outputs, the transposed weights are multiplied.
                counts["error signals"] += own * (outputs if outputs <= 16 else padded(outputs))
                counts["weights"] += blocks * (outputs * padded(inputs) if outputs <= 16 else inputs * padded(outputs))
        for layer, first, last, column, end in slices[worker]:
            calls = 1 if packs else math.ceil((end - column) / AT_ONCE)
            counts["inputs, gradient"] += rows * (last - first) * calls
            counts["error signals"] += rows * (end - column)
            ends = [min(block + 32, last) for block in range(first, last, 32)]
            partial = sum((stop - first) % 32 != 0 and stop != layers[layer][0] for stop in ends)
            incomplete += partial * math.ceil((end - column) / PANEL)
    return counts, incomplete


def main():
    networks = [([784, 128, 10], 64), ([784, 800, 10], 128), ([784, 2500, 2000, 1500, 1000, 500, 10], 256)]
    for widths, rows in networks:
        for workers in (1, 2):
            for packs in (False, True):
                counts, incomplete = step(widths, rows, workers, packs)
                cells = ["-".join(map(str, widths)), rows, workers, "after" if packs else "before", *counts.values()]
                print("| " + " | ".join(map(str, [*cells, sum(counts.values()), incomplete])) + " |")


main()
