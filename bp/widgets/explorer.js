({plot, num, colour, dot, label}, code, data) => {
  const [low, high] = data.view.z;
  let view;
  return {
    draw(s, W) {
      const H = Math.min(W, 430), f = z => code[s.f](z, s.gamma, s.beta), [a, slope] = f(s.z);
      view = plot(W, H, data.view.z, data.view.a, "z", "");
      const grid = Array.from({length: 301}, (_, k) => low + (high - low) * k / 300), values = grid.map(f);
      const tangent = [s.z - 1.5, s.z + 1.5].map(z => [z, a + slope * (z - s.z)]);
      const svg = view.axes + view.clip(
        view.line([[low, 0], [high, 0]], "currentColor", 0.5) + view.line([[0, -9], [0, 9]], "currentColor", 0.5) +
        view.line(grid.map((z, k) => [z, values[k][1]]), colour.delta, 2.5, 'stroke-dasharray="7 4"') +
        view.line(grid.map((z, k) => [z, values[k][0]]), colour.a, 2.5) + view.line(tangent, "currentColor", 1.5) +
        view.line([[s.z, a], [s.z, slope]], "currentColor", 1, 'stroke-dasharray="2 3"') +
        dot(view.X(s.z), view.Y(a), 6, colour.a) + dot(view.X(s.z), view.Y(slope), 5, colour.delta)) +
        label(view.L + 10, view.T + 20, "— a = f(z)", {colour: colour.a, weight: 600}) +
        label(view.L + 10, view.T + 38, "- - f′(z)", {colour: colour.delta, weight: 600});
      const used = data.uses[s.f], with_ = used ? ` with ${used} = ${num(s[used])}` : "";
      return {svg, height: H, text: `${s.f}${with_}: at z = ${num(s.z)} the value is f(z) = ${num(a)} and the slope of the ` +
        `tangent is f′\u2060(z) = ${num(slope)}.${used ? "" : " It has no parameter."}`};
    },
    pick(id, s, [x, y]) {
      const z = view.back(x, y)[0];
      return z >= low && z <= high && {z: Math.round(z * 20) / 20};
    },
  };
}
