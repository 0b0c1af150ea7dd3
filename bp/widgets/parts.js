({plot, num, colour, dot, label}, code, data) => ({
  draw(s, W) {
    const H = Math.min(W, 460), r = [-data.reach, data.reach], view = plot(W, H, r, r, "∂J/∂w", "∂J/∂b");
    const now = data.table[s.parts - 1], arrow = (g, c, width) => view.line([[0, 0], g], c, width) + dot(view.X(g[0]), view.Y(g[1]), width + 2, c);
    const even = new Set(now.sizes).size === 1, pair = g => `(${num(g[0])}, ${num(g[1])})`;
    const svg = view.axes + view.clip(view.line([[r[0], 0], [r[1], 0]], "currentColor", 0.5) + view.line([[0, r[0]], [0, r[1]]], "currentColor", 0.5) +
      now.each.map((g, k) => arrow(g, colour.W, 0.6 + now.sizes[k] / 3)).join("") + arrow(now.plain, colour.a, 3) + arrow(data.whole, colour.delta, 3)) +
      label(view.L + 10, view.B - 44, "— each shard, thicker if larger", {colour: colour.W, weight: 600}) +
      label(view.L + 10, view.B - 27, "— plain mean of the shards", {colour: colour.a, weight: 600}) +
      label(view.L + 10, view.B - 10, "— whole batch", {colour: colour.delta, weight: 600});
    return {svg, height: H, text: `${s.parts} shard${s.parts > 1 ? "s" : ""} of ${now.sizes.join(", ")} examples: their mean weighted by size is ${pair(now.weighted)}, ` +
      `the gradient of the whole batch is ${pair(data.whole)}. ${even ? "The shards are equal, so the plain mean is the same." :
        `The plain mean is ${pair(now.plain)}: wrong, since the shards differ in size.`}`};
  },
})
