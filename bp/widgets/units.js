({plot, num, colour, dot, label}, code, data) => ({
  draw(s, W) {
    const wide = W >= 560, side = wide ? 0.62 * W : W, H = 330, errors = data.errors[s.kind], y = data.curves[s.kind][s.h - 1];
    const left = plot(side, H, [0, 1], [-0.8, 1.2], "x", "a");
    const curves = left.axes + left.clip(left.line(data.x.map((x, k) => [x, data.target[k]]), colour.J, 2, 'stroke-dasharray="6 4"') +
      left.line(data.x.map((x, k) => [x, y[k]]), colour.a, 2.5)) +
      label(left.R - 10, left.T + 18, "- - target", {anchor: "end", colour: colour.J, weight: 600}) +
      label(left.R - 10, left.T + 36, "— network", {anchor: "end", colour: colour.a, weight: 600});
    const right = plot(wide ? W - side : W, H, [0, errors.length + 0.5], [-3, 0.2], "hidden units h", "log₁₀ largest error", {at: wide ? side : 0});
    const points = errors.map((e, k) => [k + 1, Math.log10(e)]);
    const curve = right.axes + right.line(points, colour.delta, 1.5) +
      points.map((p, k) => dot(right.X(p[0]), right.Y(p[1]), k + 1 === s.h ? 6 : 3, colour.delta)).join("");
    return {svg: curves + (wide ? curve : `<g transform="translate(0 ${H + 10})">${curve}</g>`), height: wide ? H : 2 * H + 10,
      text: `A 1-${s.h}-1 network with ${s.kind} units: the largest distance from the target is ${num(errors[s.h - 1])}` +
        `${s.h > 1 ? `; with one unit it is ${num(errors[0])}` : ""}.`};
  },
})
