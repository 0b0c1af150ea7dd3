({num, colour, faint, label}, code, data) => {
  const N = data.places.length, first = data.names.length, gates = N - first;
  return {
    press(name, s) { s.step = Math.max(0, Math.min(2 * gates, s.step + (name === "next" ? 1 : -1))); },
    draw(s, W) {
      const out = code.evaluate(...data.names.map(n => s[n])), value = out.slice(0, N), back = out.slice(N, 2 * N);
      const tall = W < 600, H = tall ? 708 : 370; // a narrow page turns the graph by a quarter
      const at = data.places.map(([c, r]) => tall ? [24 + (W - 100) * r / 3, 64 + 86 * c] : [30 + (W - 70) * c / 7, 44 + 84 * r]);
      const forward = Math.min(s.step, gates), backward = Math.max(0, s.step - gates);
      const now = s.step === 0 ? -1 : backward ? N - backward : first + forward - 1;
      const known = k => k < first + forward, arrived = k => backward > 0 &&
        (k === N - 1 || data.edges.some(([i, j]) => i === k && j >= N - backward));
      let svg = "";
      for (const [i, j] of data.edges) {
        const [x1, y1] = at[i], [x2, y2] = at[j], d = Math.hypot(x2 - x1, y2 - y1), ux = (x2 - x1) / d * 20, uy = (y2 - y1) / d * 20;
        svg += `<line x1="${x1 + ux}" y1="${y1 + uy}" x2="${x2 - ux}" y2="${y2 - uy}" style="stroke:${j === now ? (backward ? colour.delta : colour.z) : faint};stroke-width:${j === now ? 3 : 1.5}"/>`;
      }
      at.forEach(([x, y], k) => {
        svg += `<circle cx="${x}" cy="${y}" r="20" style="fill:transparent;stroke:${k === now ? (backward ? colour.delta : colour.z) : "currentColor"};stroke-width:${k === now ? 3 : 1.2}"/>` +
          label(x, y + 5, data.signs[k], {anchor: "middle", size: 13});
        const crowded = tall && k < 4; // the inputs side by side: no room between them
        const [vx, vy, gx, gy, anchor] = crowded ? [x, y - 44, x, y - 27, "middle"] : tall ? [x + 24, y - 6, x + 24, y + 16, "start"] : [x, y - 26, x, y + 36, "middle"];
        if (known(k)) svg += label(vx, vy, num(value[k]), {anchor, colour: colour.z, weight: k === now && !backward ? 800 : 400});
        if (arrived(k)) svg += label(gx, gy, num(back[k]), {anchor, colour: colour.delta});
      });
      svg += label(W - 4, H - 22, "value", {anchor: "end", colour: colour.z}) + label(W - 4, H - 5, "derivative of f", {anchor: "end", colour: colour.delta});
      let text = "Step 0: only the inputs are known. Step forward to compute gate by gate.";
      const into = data.edges.filter(([, j]) => j === now).map(([i]) => i), who = i => i < first ? data.names[i] : "the gate “" + data.gates[i - first] + "”";
      if (now >= 0 && !backward) text = `Step ${s.step}, forward: the gate “${data.gates[now - first]}” gives ${num(value[now])}.`;
      if (backward) text = `Step ${s.step}, back: ${num(back[now])} arrives at the gate “${data.gates[now - first]}”. ` + into.map(i => {
        const at_ = data.locals.map((p, e) => [p, e]).find(([p]) => p === i)[1];
        return `Times its local derivative ${num(out[2 * N + at_])} that is ${num(back[i])} for ${who(i)}.`;
      }).join(" ");
      if (s.step === 2 * gates) text += ` Derivatives of f: ${data.names.map((n, k) => `${n} ${num(back[k])}`).join(", ")}.`;
      return {svg, height: H, text, words: {step: `${s.step} of ${2 * gates}`}};
    },
  };
}
