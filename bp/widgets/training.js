({plot, contours, num, colour, faint, dot, label}, code, data) => {
  let p, J, playing = false, kind = "", known = {};
  const wanted = s => [s.problem, s.hidden, s.seed].join();
  function restart(s) { p = [...data.starts[s.hidden][s.seed]]; J = []; kind = wanted(s); J.push(epoch(s)[1]); }
  function epoch(s) { // [parameters after one batch step, J before it]: the mean over the examples
    const rows = data.problems[s.problem], sum = new Array(p.length + 1).fill(0);
    for (const row of rows) code.update[s.hidden]([...p, ...row, s.alpha, s.lam]).forEach((v, k) => { sum[k] += v; });
    const mean = sum.map(v => v / rows.length);
    return [mean.slice(0, -1), mean.at(-1)];
  }
  function slope(s, q) { // of J at the parameters q, from the step that alpha = 1 takes
    const rows = data.problems[s.problem], sum = new Array(q.length).fill(0);
    for (const row of rows) code.update[s.hidden]([...q, ...row, 1, s.lam]).slice(0, -1).forEach((v, k) => { sum[k] += q[k] - v; });
    return sum.map(v => v / rows.length);
  }
  function limit(s) { // 2 by the largest curvature of J here: as on a bowl, a longer step overshoots by more than the last
    if (known.p === p && known.lam === s.lam) return known.limit;
    const h = 1e-4, bumped = (k, by) => slope(s, p.map((v, i) => i === k ? v + by : v));
    const H = p.map((_, k) => { const up = bumped(k, h), down = bumped(k, -h); return up.map((v, i) => (v - down[i]) / (2 * h)); });
    for (let sweep = 0; sweep < 5; sweep++) for (let i = 0; i < p.length; i++) for (let j = i + 1; j < p.length; j++) { // Jacobi's turns
      const angle = Math.atan2(2 * H[i][j], H[j][j] - H[i][i]) / 2, c = Math.cos(angle), d = Math.sin(angle);
      for (const row of H) [row[i], row[j]] = [c * row[i] - d * row[j], d * row[i] + c * row[j]];
      [H[i], H[j]] = [H[i].map((v, k) => c * v - d * H[j][k]), H[i].map((v, k) => d * v + c * H[j][k])];
    }
    const most = Math.max(...H.map((row, k) => row[k]));
    known = {p, lam: s.lam, limit: most > 0 ? 2 / most : Infinity};
    return known.limit;
  }
  function train(s, epochs) {
    for (let k = 0; k < epochs && Number.isFinite(J.at(-1)); k++) { p = epoch(s)[0]; J.push(epoch(s)[1]); }
  }
  function frame(s, redraw) {
    if (!playing) return;
    train(s, 5);
    if (J.length > 5000 || !Number.isFinite(J.at(-1))) playing = false;
    redraw();
    requestAnimationFrame(() => frame(s, redraw));
  }
  return {
    train, restart, limit, parameters: () => p, history: () => J,
    reset() { playing = false; kind = ""; },
    press(name, s, redraw) {
      if (name === "restart") { playing = false; restart(s); }
      if (name === "step") { playing = false; train(s, 1); }
      if (name !== "play") return;
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) { train(s, 200); return; } // no film: 200 epochs at once
      playing = !playing;
      if (playing) requestAnimationFrame(() => frame(s, redraw));
    },
    draw(s, W) {
      if (kind !== wanted(s)) restart(s);
      const wide = W >= 560, side = wide ? W / 2 : W, H = 300, rows = data.problems[s.problem], box = [-2, 2];
      const left = plot(side, H, box, box, "x₁", "x₂"), n = 36, output = (x, y) => code.output[s.hidden]([...p, x, y])[0];
      const shades = Array.from({length: 10}, () => ""), cell = 4 / n;
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) {
        const x = -2 + i * cell, y = -2 + j * cell, a = output(x + cell / 2, y + cell / 2);
        shades[Math.max(0, Math.min(9, Math.floor(a * 10)))] +=
          `M${left.X(x).toFixed(1)} ${left.Y(y).toFixed(1)}h${(left.X(cell) - left.X(0)).toFixed(1)}v${(left.Y(cell) - left.Y(0)).toFixed(1)}H${left.X(x).toFixed(1)}z`;
      }
      const surface = shades.map((d, k) => d && `<path d="${d}" shape-rendering="crispEdges" style="fill:${k < 5 ? colour.W : colour.a};fill-opacity:${(Math.abs(k - 4.5) / 9).toFixed(2)}"/>`);
      let right_side = 0;
      const points = rows.map(([x, y, t]) => {
        if ((output(x, y) > 0.5) === (t > 0.5)) right_side++;
        const [px, py] = [left.X(x), left.Y(y)];
        return t ? dot(px, py, 5, colour.a, 'stroke="currentColor"') :
          `<path d="M${px - 5} ${py - 5}h10v10h-10z" style="fill:${colour.W};stroke:currentColor"/>`;
      });
      const last = J.length - 1, top = Math.max(1, ...J.filter(Number.isFinite)), every = Math.max(1, Math.floor(last / 300));
      const right = plot(side, H, [0, Math.max(50, last)], [0, top], "epoch", "J", {at: wide ? W / 2 : 0});
      const curve = right.axes + right.clip(right.line(J.map((v, k) => [k, v]).filter((_, k) => k % every === 0 || k === last), colour.J, 2.5));
      const h = s.hidden, bars = p.length, base = 62, reach = Math.max(1, ...p.map(Math.abs)), step = (W - 56) / bars;
      const next = epoch(s)[0], height = v => base - 40 * Math.max(-1.3, Math.min(1.3, v / reach));
      const bar = p.map((v, k) => { // the bar is the parameter, the stroke where the next step takes it
        const bias = (k >= 2 * h && k < 3 * h) || k === bars - 1, x = 46 + k * step + 1, w = Math.max(1, step - 3);
        return `<rect x="${x.toFixed(1)}" y="${Math.min(height(v), base).toFixed(1)}" width="${w.toFixed(1)}" height="${Math.abs(height(v) - base).toFixed(1)}" style="fill:${bias ? colour.b : colour.W}"/>` +
          `<path d="M${x.toFixed(1)} ${height(next[k]).toFixed(2)}h${w.toFixed(1)}" style="stroke:${colour.delta};stroke-width:2"/>`;
      });
      const groups = [["W⁽¹⁾", 0, colour.W], ["b⁽¹⁾", 2 * h, colour.b], ["W⁽²⁾", 3 * h, colour.W], ["b⁽²⁾", 4 * h, colour.b]]
        .map(([t, k, c]) => label(46 + k * step, 124, t, {size: 12, colour: c}));
      const below = wide ? H : 2 * H;
      const svg = left.axes + left.clip(surface.join("") + `<path d="${contours(output, left, box, box, [0.5], n).join("")}" style="fill:none;stroke:currentColor;stroke-width:2"/>` + points.join("")) +
        (wide ? curve : `<g transform="translate(0 ${H})">${curve}</g>`) +
        `<g transform="translate(0 ${below})">${label(W - 10, 12, "— after the next step", {anchor: "end", size: 12, colour: colour.delta})}${bar.join("")}<path d="M46 ${base}H${W - 10}" stroke="currentColor"/>${groups.join("")}` +
        label(40, base - 34, num(reach), {anchor: "end", size: 12}) + label(40, base + 42, num(-reach), {anchor: "end", size: 12}) + "</g>";
      const lost = !Number.isFinite(J.at(-1)), bound = lost ? Infinity : limit(s);
      const fate = lost ? "J is no longer finite: it diverged, take a smaller α and restart." :
        `${last > 3 && J.at(-1) > J[last - 3] ? "J rises: α is too large. " : ""}${bound === Infinity ? "J bends down here: no α overshoots." :
          `A step overshoots where α is above 2/curvature, here ${num(bound)}${s.alpha > bound ? ", as it is now" : ""}.`}`;
      return {svg, height: below + 132, busy: playing, unsafe: {alpha: [bound, "overshoots"]}, words: {play: playing ? "❚❚ Pause" : "▶ Play"},
        text: `Epoch ${last}: J = ${num(J.at(-1))}, ${right_side} of ${rows.length} examples on their side of a = 0.5, with ${h} hidden units, ` +
          `α = ${num(s.alpha)}, λ = ${num(s.lam)}. ${fate}`};
    },
  };
}
