"""The still picture of a live figure: a few lines of SVG on a white ground, the same bytes on every machine."""

from html import escape

WIDTH, HEIGHT = 600, 380
LEFT, RIGHT, TOP, BOTTOM = 60, 20, 16, 48


def svg(body, width=WIDTH, height=HEIGHT):
    """An SVG document with text in a size that stays readable."""
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
            f'height="{height}" font-family="sans-serif" font-size="15" fill="#222">'
            f'<rect width="{width}" height="{height}" rx="8" fill="#fff"/>{body}</svg>')


def plot(x, y, xlabel, ylabel, curves=(), dots=(), height=HEIGHT):
    """Curves [(points, colour, label)] and dots [(point, colour, label)] over the ranges x and y."""
    def place(p):
        across = LEFT + (p[0] - x[0]) / (x[1] - x[0]) * (WIDTH - LEFT - RIGHT)
        up = height - BOTTOM - (p[1] - y[0]) / (y[1] - y[0]) * (height - TOP - BOTTOM)
        return tuple(f"{min(max(v, -9999), 9999):.1f}" for v in (across, up))

    wide, high = WIDTH - LEFT - RIGHT, height - TOP - BOTTOM
    out = [f'<rect x="{LEFT}" y="{TOP}" width="{wide}" height="{high}" fill="none" stroke="#888"/>',
           text(LEFT + wide / 2, height - 12, xlabel, "middle"), text(16, TOP + 14, ylabel),
           *(text(LEFT + i * wide, height - BOTTOM + 18, f"{x[i]:g}", "middle") for i in (0, 1)),
           *(text(LEFT - 6, height - BOTTOM - i * high + (12 * i), f"{y[i]:g}", "end") for i in (0, 1))]
    inner = []
    for points, colour, label in curves:
        path = " ".join(",".join(place(p)) for p in points)
        inner.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{2 if label else 1.2}"/>')
        inner += [text(*place(points[-1]), label, "end", colour, -6)] if label else []
    for p, colour, label in dots:
        across, up = place(p)
        inner.append(f'<circle cx="{across}" cy="{up}" r="4.5" fill="{colour}"/>')
        inner += [text(float(across) + 8, float(up) - 6, label, "start", colour)] if label else []
    out.append(f'<svg x="{LEFT}" y="{TOP}" width="{wide}" height="{high}" '      # cuts off what lies outside the frame
               f'viewBox="{LEFT} {TOP} {wide} {high}">{"".join(inner)}</svg>')
    return svg("".join(out), height=height)


def text(x, y, words, anchor="start", colour="#222", up=0):
    return (f'<text x="{float(x):.1f}" y="{float(y) + up:.1f}" text-anchor="{anchor}" fill="{colour}">'
            f"{escape(str(words))}</text>")
