(() => { // what all live figures share: controls, the sentence about the state, plots, level lines
const css = `
.bpw{max-width:720px;margin:1em 0;padding:0 4px;line-height:1.4}
.cell_output .text_html:has(.bpw-live){background:transparent!important;color:inherit!important} /* dark pages */
.bpw-picture,.bpw svg{display:block;max-width:100%;height:auto}
.bpw svg{font:14px sans-serif;touch-action:pan-y;overflow:visible}
.bpw svg text{fill:currentColor;paint-order:stroke;stroke-width:3px;stroke-linejoin:round; /* words stand out from lines */
  stroke:var(--pst-color-background,var(--jp-layout-color0,Canvas))} /* the ground of the book, of JupyterLab, of a page */
.bpw svg [data-pick]{cursor:pointer}
.bpw-title{font-weight:600;margin:.2em 0}
.bpw-state{margin:.4em 0;min-height:2.8em}
.bpw-controls{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,14em),1fr));gap:.3em 1.2em}
.bpw-controls label{display:block}
.bpw-controls output{font-variant-numeric:tabular-nums;font-weight:600}
.bpw input[type=range]{display:block;width:100%;height:26px;margin:0;padding:0;accent-color:#396bb3}
.bpw-track{display:block;height:4px;margin:-4px 8px 0;border-radius:2px}
.bpw select,.bpw button{font:inherit;min-height:32px;padding:2px 10px;color:inherit;background:transparent;
  border:1px solid currentColor;border-radius:4px}
.bpw select{width:100%}
.bpw option{color:#000;background:#fff}
.bpw-buttons{margin-top:.6em;display:flex;flex-wrap:wrap;gap:.5em;align-items:end}
.bpw :focus-visible{outline:3px solid currentColor;outline-offset:0}
.bpw-live .bpw-picture{display:none}
@media print{.bpw-live>:not(.bpw-picture):not(.bpw-title){display:none!important}
  .bpw-live .bpw-picture{display:block!important}}`;

const short = v => v && (Math.abs(v) < 1e-3 || Math.abs(v) >= 1e6) ? v.toExponential(3).replace(/\.?0*e\+?/, "e") :
  String(Number(v.toPrecision(4)));
const num = v => Number.isFinite(v) ? short(v).replace(/-/g, "−") : v > 0 ? "∞" : "no number"; // 4 significant digits
const esc = t => String(t).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");
// a symbol's colour, moved towards the text's own: darker on a light page, lighter on a dark one
const tint = (colour, part = 70) => `color-mix(in srgb,${colour} ${part}%,currentColor)`;
const faint = "color-mix(in srgb,currentColor 30%,transparent)";

const label = (x, y, words, {anchor = "start", colour = "currentColor", size = 14, weight = 400} = {}) =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" style="fill:${colour};font-size:${size}px;` +
  `font-weight:${weight}">${esc(words)}</text>`;
const dot = (x, y, r, colour, more = "") =>
  `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${r}" style="fill:${colour}" ${more}/>`;
const path = (points, colour, width = 2, more = "") => points.length < 2 ? "" :
  `<polyline points="${points.map(p => p.map(v => Math.max(-1e5, Math.min(1e5, v)).toFixed(1))).join(" ")}" ` +
  `style="fill:none;stroke:${colour};stroke-width:${width};stroke-linejoin:round" ${more}/>`;

function ticks(low, high, most) {
  const raw = (high - low) / most, ten = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map(k => k * ten).find(k => k >= raw * 0.999), all = [];
  for (let v = Math.ceil(low / step - 1e-9) * step; v <= high + step * 1e-9; v += step) all.push(Number(v.toPrecision(6)));
  return all;
}

// a frame with axes; X, Y turn values into pixels, clip(svg) shows only what lies inside
function plot(W, H, x, y, xlabel, ylabel, {left = 46, top = 22, at = 0, xticks, yticks} = {}) {
  const L = at + left, R = at + W - 10, T = top, B = H - 38;
  const X = v => L + (v - x[0]) / (x[1] - x[0]) * (R - L), Y = v => B - (v - y[0]) / (y[1] - y[0]) * (B - T);
  const name = (all, low, high, most) => all || ticks(low, high, most).map(v => [v, num(v)]);
  let axes = `<rect x="${L}" y="${T}" width="${R - L}" height="${B - T}" fill="none" style="stroke:${faint}"/>`;
  for (const [v, t] of name(xticks, ...x, W / 80)) axes += label(X(v), B + 17, t, {anchor: "middle", size: 12});
  for (const [v, t] of name(yticks, ...y, H / 60)) axes += label(L - 5, Y(v) + 4, t, {anchor: "end", size: 12});
  axes += label((L + R) / 2, H - 4, xlabel, {anchor: "middle"}) + label(L, T - 7, ylabel);
  const clip = svg => `<svg x="${L}" y="${T}" width="${R - L}" height="${B - T}" style="overflow:hidden" ` +
    `viewBox="${L} ${T} ${R - L} ${B - T}">${svg}</svg>`;
  const back = (px, py) => [x[0] + (px - L) / (R - L) * (x[1] - x[0]), y[0] + (B - py) / (B - T) * (y[1] - y[0])];
  return {X, Y, axes, clip, back, L, R, T, B, line: (points, ...how) => path(points.map(p => [X(p[0]), Y(p[1])]), ...how)};
}

// level lines of f(x, y) by marching squares on n x n cells: one path text a level
function contours(f, view, x, y, levels, n = 44) {
  const at = (r, i) => r[0] + (r[1] - r[0]) * i / n, v = [];
  for (let i = 0; i <= n; i++) { v.push([]); for (let j = 0; j <= n; j++) v[i].push(f(at(x, i), at(y, j))); }
  return levels.map(c => {
    let d = "";
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) {
      const corner = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]], cut = [];
      for (let k = 0; k < 4; k++) {
        const [a, b] = corner[k], [p, q] = corner[(k + 1) % 4], u = v[a][b], w = v[p][q];
        if ((u < c) !== (w < c)) {
          const t = (c - u) / (w - u);
          cut.push(view.X(at(x, a + t * (p - a))).toFixed(1) + " " + view.Y(at(y, b + t * (q - b))).toFixed(1));
        }
      }
      for (let k = 0; k + 1 < cut.length; k += 2) d += `M${cut[k]}L${cut[k + 1]}`;
    }
    return d;
  });
}

function element(kind, cls, parent, words = "") {
  const e = document.createElement(kind);
  if (cls) e.className = cls;
  e.textContent = words;
  parent.append(e);
  return e;
}

function run(root, spec, code, make) {
  if (!document.getElementById("bpw-css")) element("style", "", document.head, css).id = "bpw-css";
  root.classList.add("bpw-live");
  const picture = root.querySelector(".bpw-picture"), s = {}, knobs = {};
  for (const c of spec.controls) if (c.kind !== "button") s[c.name] = c.value;
  const first = {...s};
  const title = element("p", "bpw-title", root, spec.title);
  picture.before(title);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("role", "img");
  root.append(svg);
  const state = element("p", "bpw-state", root), panel = element("div", "bpw-controls", root);
  const buttons = element("div", "bpw-buttons", root);
  const figure = make({num, tint, colour: Object.fromEntries(Object.entries(spec.colours).map(([k, c]) => [k, tint(c)])), faint, label, dot, path, plot, contours, ticks, esc}, code, spec.data);

  function redraw() {
    const W = Math.max(280, Math.min(700, root.clientWidth - 8 || 600)), shown = figure.draw(s, W);
    svg.setAttribute("viewBox", `0 0 ${W} ${shown.height}`);
    svg.setAttribute("width", W);
    svg.setAttribute("height", shown.height);
    svg.setAttribute("aria-label", shown.title || spec.title);
    svg.innerHTML = shown.svg;
    const words = shown.text.replace(/ = (?=[−\d])/g, "\u00a0=\u00a0"); // a line never breaks at "w = 1"
    state.setAttribute("aria-live", shown.busy ? "off" : "polite"); // no stream of words while it plays
    if (state.textContent !== words) state.textContent = words;
    for (const [name, knob] of Object.entries(knobs)) knob(shown.unsafe?.[name], shown.words?.[name]);
  }
  function set(changes) { Object.assign(s, changes); redraw(); }

  for (const c of spec.controls) {
    if (c.kind === "button") {
      const b = element("button", "", buttons, c.label);
      b.type = "button";
      b.onclick = () => { figure.press(c.name, s, redraw); redraw(); };
      knobs[c.name] = (unsafe, words) => { b.textContent = words ?? c.label; };
      continue;
    }
    const box = element("label", "", panel, c.label + " "), out = c.kind === "range" && element("output", "", box);
    const input = element(c.kind === "range" ? "input" : "select", "", box);
    input.name = c.name;
    input.setAttribute("aria-label", c.label);
    if (out) {
      Object.assign(input, {type: "range", min: c.min, max: c.max, step: c.step});
      const track = element("span", "bpw-track", box);
      knobs[c.name] = (unsafe, words) => {
        input.value = s[c.name];
        const beyond = unsafe && s[c.name] > unsafe[0], part = unsafe && (unsafe[0] - c.min) / (c.max - c.min) * 100;
        out.textContent = words ?? num(s[c.name]) + (beyond ? `, ${unsafe[1]}` : "");
        input.setAttribute("aria-valuetext", out.textContent);
        track.style.background = part < 100 ? `linear-gradient(to right,transparent ${part}%,#d55e00 ${part}%)` : "";
        track.title = part < 100 ? `${unsafe[1]} above ${num(unsafe[0])}` : "";
      };
      input.oninput = () => set({[c.name]: Number(input.value)});
    } else {
      for (const [value, words] of c.options) element("option", "", input, words).value = value;
      knobs[c.name] = () => { input.value = s[c.name]; };
      input.onchange = () => set({[c.name]: input.value});
    }
    input.addEventListener("keydown", event => event.stopPropagation()); // or JupyterLab takes the arrow keys
  }
  const reset = element("button", "", buttons, "Reset");
  reset.type = "button";
  reset.onclick = () => { figure.reset?.(); set(first); };
  buttons.addEventListener("keydown", event => event.stopPropagation());
  const pick = event => {
    const box = svg.getBoundingClientRect(), scale = svg.viewBox.baseVal.width / box.width;
    const id = event.target.closest("[data-pick]")?.dataset.pick;
    const changes = figure.pick?.(id, s, [(event.clientX - box.x) * scale, (event.clientY - box.y) * scale]);
    if (changes) set(changes);
  };
  svg.addEventListener("pointerdown", pick);
  svg.addEventListener("pointermove", event => { if (event.buttons) pick(event); });
  let width = 0;
  new ResizeObserver(() => { if (root.clientWidth && root.clientWidth !== width) { width = root.clientWidth; redraw(); } }).observe(root);
  redraw();
  root.bpw = {code, spec, state: s, set, figure};
}

// after the first paint, and when scrolled near: figures further down delay nothing; each element starts once
function start(cls, spec, code, make) {
  const near = new IntersectionObserver(entries => {
    for (const {isIntersecting, target} of entries) if (isIntersecting) {
      near.unobserve(target);
      if (!target.matches(".bpw-live")) run(target, spec, code, make);
    }
  }, {rootMargin: "50%", scrollMargin: "50%"}); // the page scrolls in the book, a box inside it in JupyterLab
  requestAnimationFrame(() => setTimeout(() => document.querySelectorAll(`.${cls}:not(.bpw-live)`).forEach(root => near.observe(root))));
}
return {start};
})()
