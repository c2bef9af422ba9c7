#!/usr/bin/env python3
"""The content of arrays, laid out on their members as md(4) describes it.

usage: array-content.py KIND CHUNK CONTENT IMAGE OFFSET SIZE...

KIND is linear, stripes, raid4, raid5, raid6 (left-symmetric), near or far (RAID
10 of two copies). CONTENT is cut into chunks, which are laid out row by row;
each stretch of an image is what a member has for data."""
import sys


def xor(chunks):
    total = bytearray(len(chunks[0]))
    for c in chunks:
        total = bytearray(a ^ b for a, b in zip(total, c))
    return bytes(total)


def parity_rows(chunks, n, kind):
    """In each row the parity is a member to the left of the one before; data
    follows it and goes around."""
    lost = 2 if kind == "raid6" else 1
    for row, i in enumerate(range(0, len(chunks), n - lost)):
        data = chunks[i:i + n - lost]
        if kind == "raid4":
            yield data + [xor(data)]
            continue
        around = [xor(data)] + [b"Q" * len(data[0])] * (lost - 1) + data
        turn = (n - 1 - row) % n
        yield around[-turn:] + around[:-turn] if turn else around


def zones(chunks, sizes):
    """Stripes over those members that are not yet full."""
    rows = []
    while chunks:
        there = [i for i, size in enumerate(sizes) if size > len(rows)]
        row = [None] * len(sizes)
        for i in there:
            row[i] = chunks.pop(0) if chunks else None
        rows.append(row)
    return rows


def rows_of(kind, chunks, sizes):
    n = len(sizes)
    if kind == "stripes":
        return zones(chunks, sizes)
    if kind == "linear":
        columns = []
        for size in sizes:
            columns.append(chunks[:size])
            chunks = chunks[size:]
        top = max(map(len, columns))
        return list(zip(*[c + [None] * (top - len(c)) for c in columns]))
    if kind == "near":
        twice = [c for c in chunks for _ in range(2)]
        return [twice[i:i + n] for i in range(0, len(twice), n)]
    if kind == "far":
        rows = [chunks[i:i + n] for i in range(0, len(chunks), n)]
        pad = [[None] * n] * (sizes[0] // 2 - len(rows))
        return rows + pad + [r[-1:] + r[:-1] for r in rows]
    return list(parity_rows(chunks, n, kind))


def main():
    kind, chunk, content, *places = sys.argv[1:]
    chunk = int(chunk)
    with open(content, "rb") as f:
        data = f.read()
    chunks = [data[i:i + chunk] for i in range(0, len(data), chunk)]
    sizes = [int(size) // chunk for size in places[2::3]]
    for row, line in enumerate(rows_of(kind, chunks, sizes)):
        for member, part in enumerate(line):
            if part and part.count(0) != len(part):
                with open(places[3 * member], "r+b") as f:
                    f.seek(int(places[3 * member + 1]) + row * chunk)
                    f.write(part)


main()
