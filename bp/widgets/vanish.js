({plot, num, tint, dot, label, faint}, code, data) => ({
  draw(s, W) {
    const all = Object.values(data.norms).flatMap(rows => rows[s.depth - data.first][s.scale]).filter(v => v !== null);
    const H = Math.min(W, 420), y = [Math.min(-14, ...all.map(Math.floor)), Math.max(8, ...all.map(Math.ceil))], view = plot(W, H, [0.8, s.depth + 1.2], y, "layer l", "log₁₀ ‖δ⁽ˡ⁾‖",
      {xticks: Array.from({length: s.depth}, (_, l) => [l + 1, String(l + 1)])});
    let svg = view.axes, ends = [];
    const names = Object.keys(data.norms), said = names.map(name => {
      const row = data.norms[name][s.depth - data.first][s.scale], colour = tint(data.colours[name]);
      const points = row.map((v, l) => [l + 1, v]).filter(p => p[1] !== null);
      svg += view.clip(view.line(points, colour, 2.5) + points.map(p => dot(view.X(p[0]), view.Y(p[1]), 3.5, colour)).join(""));
      if (row[0] === null) return `${name}: nothing arrives at layer 1`;
      return `${name} × ${num(Number((10 ** (row[0] - row.at(-1))).toPrecision(2)))}`;
    });
    svg += names.map((name, k) => label(view.L + 10, view.B - 10 - 17 * k, "— " + name, {colour: tint(data.colours[name]), weight: 600})).join("");
    return {svg, height: H, words: {scale: num(data.scales[s.scale])},
      text: `${s.depth} layers, weight scale ${num(data.scales[s.scale])}. From the last layer back to the first, the length of δ changes by: ${said.join(", ")}.`};
  },
})
