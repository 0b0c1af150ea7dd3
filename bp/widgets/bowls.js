({plot, contours, num, colour, faint, dot, label}, code, data) => ({
  draw(s, W) {
    const view = plot(W, Math.min(W, 480), data.view, data.view, "w", "b");
    const [w, b] = code.minimum(s.lam), best = code.J(w, b, s.lam), limit = code.limit(s.lam);
    const levels = Array.from({length: 14}, (_, k) => best + data.spacing * (k + 1) ** 2);
    const rings = contours((w, b) => code.J(w, b, s.lam), view, data.view, data.view, levels);
    const way = [data.start];
    for (let k = 0; k < s.steps; k++) way.push(code.step(...way.at(-1), s.alpha, s.lam));
    const end = way.at(-1), J = code.J(...end, s.lam), out = end.some(v => v < data.view[0] || v > data.view[1]);
    const svg = view.axes + view.clip(
      `<path d="${rings.join("")}" style="fill:none;stroke:${faint}"/>` + view.line(way, colour.W) +
      way.map(p => dot(view.X(p[0]), view.Y(p[1]), 3.5, colour.W)).join("") +
      dot(view.X(w), view.Y(b), 6, colour.J) + label(view.X(w) + 9, view.Y(b) - 8, "minimum", {colour: colour.J}) +
      label(view.X(data.start[0]) + 8, view.Y(data.start[1]) - 8, "start", {colour: colour.W}));
    const fate = s.alpha >= limit ? `Diverges: α is not below ${num(limit)}, each step overshoots by more than the last.` :
      s.alpha > limit / 2 ? `Converges in zigzag: α is above ${num(limit / 2)}, half of the limit ${num(limit)}.` :
        `Converges: α is below the limit ${num(limit)}.`;
    return {svg, height: Math.min(W, 480), unsafe: {alpha: [limit, "diverges"]},
      text: `After ${s.steps} steps with α = ${num(s.alpha)} and λ = ${num(s.lam)}: w = ${num(end[0])}, b = ${num(end[1])}, ` +
        `J = ${num(J)}${out ? ", outside the picture" : ""}. Minimum: w = ${num(w)}, b = ${num(b)}, J = ${num(best)}. ${fate}`};
  },
})
