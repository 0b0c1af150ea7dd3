({plot, contours, num, tint, colour, faint, dot, label}, code, data) => {
  const E = data.examples.length, names = Object.keys(data.colours);
  function descend(s, size) {
    const path = [data.start];
    for (let epoch = 0; epoch < s.epochs; epoch++) for (let from = 0; from < E; from += size) {
      const rows = data.orders[epoch].slice(from, from + size), [w, b] = path.at(-1), sum = [0, 0];
      for (const e of rows) code.example_step(w, b, ...data.examples[e], s.alpha, s.lam).forEach((v, i) => { sum[i] += v; });
      path.push(sum.map(v => v / rows.length));
    }
    return path;
  }
  return {descend, draw(s, W) {
    const H = Math.min(W, 480), view = plot(W, H, data.view, data.view, "w", "b");
    const [w, b] = code.minimum(s.lam), best = code.J(w, b, s.lam), limit = code.limit(s.lam);
    const levels = Array.from({length: 14}, (_, k) => best + data.spacing * (k + 1) ** 2);
    const paths = [E, s.size, 1].map(size => descend(s, size));
    const rings = contours((w, b) => code.J(w, b, s.lam), view, data.view, data.view, levels);
    const key = names.map((name, k) => label(view.L + 10, view.B - 12 - 18 * k, "— " + name, {colour: tint(data.colours[name]), weight: 600}));
    const svg = view.axes + view.clip(`<path d="${rings.join("")}" style="fill:none;stroke:${faint}"/>` +
      paths.map((p, k) => view.line(p, tint(data.colours[names[k]]), 3 - k) +
        p.map(v => dot(view.X(v[0]), view.Y(v[1]), 3.5 - k, tint(data.colours[names[k]]))).join("")).reverse().join("") +
      dot(view.X(w), view.Y(b), 6, colour.J) + label(view.X(w) + 9, view.Y(b) - 8, "minimum", {colour: colour.J}) + key.join(""));
    const ends = paths.map((p, k) => `${names[k]} after ${p.length - 1} steps at w = ${num(p.at(-1)[0])}, b = ${num(p.at(-1)[1])}, ` +
      `J = ${num(code.J(...p.at(-1), s.lam))}`);
    return {svg, height: H, unsafe: {alpha: [limit, "batch diverges"]},
      text: `${s.epochs} epochs with α = ${num(s.alpha)}, λ = ${num(s.lam)}: ${ends.join("; ")}. Minimum: w = ${num(w)}, ` +
        `b = ${num(b)}, J = ${num(best)}. Batch descent ${s.alpha < limit ? "converges" : "diverges"}: its limit is α = ${num(limit)}.`};
  }};
}
