"""The still picture of a live figure: a few lines of SVG on a white ground, the same bytes on every machine."""

from html import escape

WIDTH, HEIGHT = 600, 380
LEFT, RIGHT, TOP, BOTTOM = 60, 20, 34, 48


def svg(body, width=WIDTH, height=HEIGHT):
    """An SVG document with text in a size that stays readable."""
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
            f'height="{height}" font-family="sans-serif" font-size="15" fill="#222">'
            f'<rect width="{width}" height="{height}" rx="8" fill="#fff"/>{body}</svg>')


def stacked(*pictures):
    """SVG documents one below the other, each (text, height)."""
    tops = [sum(height for _, height in pictures[:n]) for n in range(len(pictures) + 1)]
    return svg("".join(f'<g transform="translate(0 {top})">{text}</g>' for top, (text, _) in zip(tops, pictures)),
               height=tops[-1])


def plot(x, y, xlabel, ylabel, curves=(), dots=(), height=HEIGHT, areas=()):
    """Curves [(points, colour, label)] and dots [(point, colour, label)] over the ranges x and y.

    areas: below them, [(rectangles, colour, opacity)], a rectangle being two opposite corners.
    """
    def place(p):
        across = LEFT + (p[0] - x[0]) / (x[1] - x[0]) * (WIDTH - LEFT - RIGHT)
        up = height - BOTTOM - (p[1] - y[0]) / (y[1] - y[0]) * (height - TOP - BOTTOM)
        return tuple(f"{min(max(v, -9999), 9999):.1f}" for v in (across, up))

    wide, high = WIDTH - LEFT - RIGHT, height - TOP - BOTTOM
    out = [f'<rect x="{LEFT}" y="{TOP}" width="{wide}" height="{high}" fill="none" stroke="#888"/>',
           text(LEFT + wide / 2, height - 12, xlabel, "middle"), text(LEFT, TOP - 10, ylabel),
           *(text(LEFT + i * wide, height - BOTTOM + 18, f"{x[i]:.3g}", "middle") for i in (0, 1)),
           *(text(LEFT - 6, height - BOTTOM - i * high + (12 * i), f"{y[i]:.3g}", "end") for i in (0, 1))]
    inner, names = [], []
    for rectangles, colour, opacity in areas:
        corners = [(*place(low), *place(high)) for low, high in rectangles]
        path = "".join(f"M{left} {bottom}H{right}V{top}H{left}z" for left, bottom, right, top in corners)
        inner.append(f'<path d="{path}" fill="{colour}" fill-opacity="{opacity:.2f}" shape-rendering="crispEdges"/>')
    for points, colour, label in curves:
        path = " ".join(",".join(place(p)) for p in points)
        inner.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{2 if label else 1.2}"/>')
        seen = [p for p in points if x[0] <= p[0] <= x[1] and y[0] <= p[1] <= y[1]]
        names += [(*map(float, place(seen[-1])), label, "end", colour)] if label and seen else []
    for p, colour, label in dots:
        across, up = map(float, place(p))
        inner.append(f'<circle cx="{across}" cy="{up}" r="4.5" fill="{colour}"/>')
        names += [(across, up, label, "start", colour)] if label else []
    inner += apart(names, height)
    out.append(f'<svg x="{LEFT}" y="{TOP}" width="{wide}" height="{high}" '      # cuts off what lies outside the frame
               f'viewBox="{LEFT} {TOP} {wide} {high}">{"".join(inner)}</svg>')
    return svg("".join(out), height=height)


def apart(names, height, gap=17):
    """The names (x, y, words, anchor, colour) of curves and dots beside these points, none upon another."""
    placed, above = [], TOP
    for x, y, words, anchor, colour in sorted(names, key=lambda name: name[1]):
        above = max(above + gap, y - 6)
        placed.append((x - 6 if anchor == "end" else x + 8, above, words, anchor, colour))
    low = max(0, max((name[1] for name in placed), default=0) - (height - BOTTOM - 6))      # too low: all go up
    return ['<g paint-order="stroke" stroke="#fff" stroke-width="4" stroke-linejoin="round">',    # words cover lines
            *(text(x, y - low, *rest) for x, y, *rest in placed), "</g>"]


def text(x, y, words, anchor="start", colour="#222"):
    return (f'<text x="{float(x):.1f}" y="{float(y):.1f}" text-anchor="{anchor}" fill="{colour}">'
            f"{escape(str(words))}</text>")
