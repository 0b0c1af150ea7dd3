({plot, num, colour, dot, label}, code, data) => {
  const floor = 1e-17, log = v => Math.log10(Math.max(floor, Math.abs(v)));
  function errors(w, power) {
    const h = 10 ** power, J = code.J, slope = code.slope(w);
    return {forward: code.forward(J(w + h), J(w), h) - slope, central: code.central(J(w + h), J(w - h), h) - slope};
  }
  return {errors, draw(s, W) {
    const H = Math.min(W, 420), [low, high] = data.view.h, view = plot(W, H, data.view.h, [-17, 0], "log₁₀ h", "log₁₀ |quotient − dJ/dw|");
    const grid = Array.from({length: 121}, (_, k) => low + (high - low) * k / 120), all = grid.map(p => errors(s.w, p));
    const [bend, curl, rounding] = code.laws(s.w), law = (c, p) => grid.map(g => [g, log(c) + p * g]);
    const now = errors(s.w, s.h), best = name => grid[all.reduce((b, e, k) => Math.abs(e[name]) < Math.abs(all[b][name]) ? k : b, 0)];
    const thin = 'stroke-dasharray="3 4"';
    const svg = view.axes + view.clip(view.line(law(bend, 1), colour.W, 1, thin) + view.line(law(curl, 2), colour.delta, 1, thin) +
      view.line(law(rounding, -1), "currentColor", 1, thin) +
      view.line(grid.map((g, k) => [g, log(all[k].forward)]), colour.W) + view.line(grid.map((g, k) => [g, log(all[k].central)]), colour.delta) +
      view.line([[s.h, -18], [s.h, 1]], "currentColor", 1) + dot(view.X(s.h), view.Y(log(now.forward)), 6, colour.W) +
      dot(view.X(s.h), view.Y(log(now.central)), 6, colour.delta)) +
      label(view.L + 10, view.B - 40, "— one-sided", {colour: colour.W, weight: 600}) + label(view.L + 10, view.B - 24, "— central", {colour: colour.delta, weight: 600}) +
      label(view.L + 10, view.B - 8, "dashed: the laws h, h², 1/h", {size: 12});
    return {svg, height: H, words: {h: `${num(s.h)}, h = ${num(10 ** s.h)}`},
      text: `h = ${num(10 ** s.h)}, w = ${num(s.w)}, dJ/dw = ${num(code.slope(s.w))}: the one-sided quotient is off by ${num(Math.abs(now.forward))}, the central one by ` +
        `${num(Math.abs(now.central))}. Here the one-sided quotient is best near h = ${num(10 ** best("forward"))}, the central one near h = ${num(10 ** best("central"))}.`};
  }};
}
