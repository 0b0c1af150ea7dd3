({num, colour, label}, code, data) => {
  let p = [...data.start], moved = null; // the arguments' values, and which of them the slider holds
  const rounded = (v, digits) => num(Number(v.toPrecision(digits)));
  const kinds = {W: colour.W, b: colour.b, z: colour.z, a: colour.a, d: colour.delta, dW: colour.delta, db: colour.delta, y: "currentColor", C: colour.J};
  const fill = (text, word) => text.replace(/\{(\w+)\}/g, (_, name) => word(name));
  return {
    reset() { p = [...data.start]; moved = null; },
    values() { return p; },
    draw(s, W) {
      const slot = data.arguments.indexOf(s.move);
      if (s.move === moved) p[slot] = s.value; else { s.value = p[slot]; moved = s.move; }
      const out = code.sweeps(p), v = {};
      data.arguments.forEach((n, k) => { v[n] = p[k]; });
      data.results.forEach((n, k) => { v[n] = out[k]; });
      const H = 440, small = W < 480, size = small ? 12 : 14, r = small ? 21 : 25, gap = 132, left = small ? 26 : 60, right = small ? 54 : 90;
      const at = (l, i) => [left + (W - left - right) * l / 2, H / 2 - 14 + gap * (i - (data.sizes[l] - 1) / 2)];
      const pickable = (name, x, y, prefix, anchor = "middle", digits = 3) => `<g data-pick="${name}">` + label(x, y, prefix + rounded(v[name], digits),
        {anchor, size, colour: kinds[name.match(/^[a-zA-Z]+/)[0]], weight: name === s.explain || name === s.move ? 800 : 400}) + "</g>";
      let lines = "", words = "", nodes = "";
      for (const l of [1, 2]) for (let i = 0; i < data.sizes[l]; i++) for (let j = 0; j < data.sizes[l - 1]; j++) {
        const [x1, y1] = at(l - 1, j), [x2, y2] = at(l, i), name = `${s.edges}${l}_${i + 1}${j + 1}`;
        const long = Math.hypot(x2 - x1, y2 - y1), ux = (x2 - x1) / long * r, uy = (y2 - y1) / long * r;
        const t = 0.63 + 0.06 * Math.abs(y2 - y1) / gap; // steeper edges carry their number nearer the target: no overlaps
        const strong = name === s.explain || name === s.move;
        lines += `<line data-pick="${name}" x1="${x1 + ux}" y1="${y1 + uy}" x2="${x2 - ux}" y2="${y2 - uy}" style="stroke:${strong ? "currentColor" : kinds[s.edges]};` +
          `stroke-opacity:${strong ? 1 : 0.45};stroke-width:${Math.min(8, 0.7 + 2 * Math.abs(v[name]) * (s.edges === "W" ? 1 : 12)).toFixed(2)}"/>`;
        words += pickable(name, x1 + t * (x2 - x1) + (small ? 9 : 14), y1 + t * (y2 - y1) - 4, "", "end", small ? 2 : 3);
      }
      for (const l of [0, 1, 2]) for (let i = 0; i < data.sizes[l]; i++) {
        const [x, y] = at(l, i), name = `a${l}_${i + 1}`, strong = name === s.explain || name === s.move;
        nodes += `<circle data-pick="${name}" cx="${x}" cy="${y}" r="${r}" style="fill:transparent;stroke:${strong ? "currentColor" : colour.a};stroke-width:${strong ? 3 : 2}"/>` +
          pickable(name, x, y + 5, "");
        if (!l) words += label(x, y - r - 6, data.pretty[name], {anchor: "middle", size});
        else words += pickable(`z${l}_${i + 1}`, x - 18, y - r - 7, "z ", "start") + pickable(`d${l}_${i + 1}`, x - 18, y + r + 16, "δ ", "start") +
          pickable(`b${l}_${i + 1}`, x - 18, y + r + 32, "b ", "start");
        if (l === 2) words += pickable(`y_${i + 1}`, x - 18, y + r + 48, "y ", "start");
      }
      words += pickable("C", at(2, 0)[0] - 18, H - 8, "C ", "start") + ["input", "hidden", "output"].map((t, l) => label(at(l, 0)[0], 14, t, {anchor: "middle", size})).join("");
      const rule = data.formulas[s.explain], names = fill(rule, n => data.pretty[n]);
      const filled = fill(rule, n => v[n] < 0 && !rule.startsWith(`{${n}}`) ? `(${num(v[n])})` : num(v[n]));
      return {svg: lines + nodes + words, height: H,
        text: `${data.pretty[s.explain]} = ${names} = ${rule[0] === "{" && rule.endsWith("}") && rule.length < 8 ? "" : filled + " = "}` +
          `${num(v[s.explain])}. ${data.pretty[s.move]} = ${num(s.value)}, cost C = ${num(v.C)}.`};
    },
    pick(id, s) {
      if (!id) return null;
      const gradient = id.replace(/^([Wb])\d/, m => "d" + m), changes = {};
      if (data.arguments.includes(id)) changes.move = id;
      if (data.results.includes(gradient)) changes.explain = gradient;
      return changes;
    },
  };
}
