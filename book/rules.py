"""The rules every chapter keeps. Each takes a notebook and returns its complaints, for a writer to read.

    python book/rules.py book/05-index.ipynb
"""
import ast
import re
import sys

from IPython.core.inputtransformer2 import TransformerManager

from displays import BOOK, chapters, dangling_settings, displays, headings, links, read, tokens, verdict

LONGEST_CELL = 25
FEWEST_ASSERTS = 10
CHECKING_CALL = re.compile(r"(assert|check|prove|verify)")
MYST_ONLY = {
    "a role": r"\{[a-z:-]+\}`",
    "a directive": r"^ *(:::|```+ *\{)",
    "a target": r"^\([\w.-]+\)=",
    "a footnote": r"\[\^[^\]]+\]",
}


def code_cells(notebook):
    """(cell number, cell) of each code cell that holds anything."""
    return [(n, c) for n, c in enumerate(notebook.cells) if c.cell_type == "code" and c.source.strip()]


def at(number):
    return f"cell {number + 1}"


def asserts(cell):
    """How many statements of a code cell check something: `assert`, or a call of a function that asserts."""
    tree = ast.parse(TransformerManager().transform_cell(cell.source))
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = [getattr(call, "attr", getattr(call, "id", "")) for call in calls]
    statements = sum(isinstance(node, ast.Assert) for node in ast.walk(tree))
    return statements + sum(bool(CHECKING_CALL.match(name)) for name in names)


def results_are_checked(notebook):
    """After a tagged formula, a code cell that asserts follows before the next heading."""
    stops = [cell for cell, _ in headings(notebook)]
    complaints = []
    for display in displays(notebook):
        end = min([c for c in stops if c > display.cell], default=len(notebook.cells))
        near = [cell for n, cell in code_cells(notebook) if display.cell < n < end]
        if display.tags and not any(map(asserts, near)):
            complaints.append(f"formula {display.tags[0]}: no cell that asserts before the next heading")
    return complaints


def enough_is_asserted(notebook):
    count = sum(asserts(cell) for _, cell in code_cells(notebook))
    return [] if count >= FEWEST_ASSERTS else [f"{count} asserts, expected at least {FEWEST_ASSERTS}"]


def cells_are_executed(notebook):
    """Counts run 1..n, so the stored outputs come from one run in order; none is kept from the tests."""
    complaints = []
    for expected, (n, cell) in enumerate(code_cells(notebook), 1):
        if cell.execution_count != expected:
            complaints.append(f"{at(n)}: execution count is {cell.execution_count}, expected {expected}")
        if "nbval-skip" in cell.metadata.get("tags", []) or re.search(r"^#\s*NBVAL_", cell.source, re.M):
            complaints.append(f"{at(n)}: kept from the tests")
    return complaints


def cells_are_short(notebook):
    sizes = {n: len(cell.source.splitlines()) for n, cell in code_cells(notebook)}
    long = {n: size for n, size in sizes.items() if size > LONGEST_CELL}
    return [f"{at(n)}: {size} lines, at most {LONGEST_CELL}" for n, size in long.items()]


def code_ends_without_semicolon(notebook):
    """A trailing semicolon hides a value in JupyterLab but not in the tests: end with `plt.show()`."""
    return [f"{at(n)}: ends with ;" for n, cell in code_cells(notebook) if cell.source.rstrip().endswith(";")]


def displays_are_well_placed(notebook):
    """Numbered formulas stand in `equation*` or `align*`, each tag with its label; none stands in a line."""
    complaints = []
    for display in displays(notebook):
        starred = re.match(r"\\begin\{(equation|align)\*\}", display.latex)
        if not starred and (display.tags or display.latex.startswith((r"\begin{eq", r"\begin{al"))):
            complaints.append(f"{at(display.cell)}: expected equation* or align*, got {display.latex[:30]!r}")
        if display.labels != tuple(f"eq-{tag}" for tag in display.tags):
            complaints.append(f"{at(display.cell)}: tags {display.tags} do not fit labels {display.labels}")
    for n, token in tokens(notebook):
        if token.type == "text" and re.search(r"\\(begin|end|\[|\]|\(|\)|tag|eqref)|\$\$", token.content):
            complaints.append(f"{at(n)}: TeX outside a formula: {token.content[:40]!r}")
        if token.type == "math_inline" and re.search(r"\\(begin\{(equation|align)|tag|label)", token.content):
            complaints.append(f"{at(n)}: a display within a line: {token.content[:40]!r}")
    return complaints + [f"{at(n)}: a formula setting without a formula" for n in dangling_settings(notebook)]


def eqrefs_resolve(notebook):
    r"""`\eqref` reaches the labels of its own notebook; JupyterLab knows no other."""
    labels = {label for display in displays(notebook) for label in display.labels}
    used = [(n, label) for n, token in tokens(notebook) if token.type.startswith(("math", "amsmath"))
            for label in re.findall(r"\\(?:eq)?ref\{([^}]*)\}", token.content)]
    return [f"{at(n)}: no formula is labelled {label}" for n, label in used if label not in labels]


def links_resolve(notebook):
    """Links to files, to headings (`05-index.ipynb#A-heading`) and to formulas (`05-index.ipynb#eq-5.3`)."""
    complaints = []
    for n, target in links(notebook):
        path, _, anchor = target.partition("#")
        if re.match(r"[a-z]+:", target):
            continue  # an address outside the book; nothing here has a network
        file = BOOK / path if path else None
        if file and not file.exists():
            complaints.append(f"{at(n)}: no file {path}")
        elif anchor:
            other = read(file) if file else notebook
            anchors = {slug for _, slug in headings(other)}
            anchors |= {label for display in displays(other) for label in display.labels}
            if anchor not in anchors:
                complaints.append(f"{at(n)}: no heading or formula {anchor} in {path or 'this chapter'}")
    return complaints


def images_have_alt_text(notebook):
    complaints = []
    for n, token in tokens(notebook):
        if token.type == "image" and not token.content.strip():
            complaints.append(f"{at(n)}: image without alt text: {token.attrs['src']}")
        if token.type in ("html_block", "html_inline"):
            complaints += tags_without_alt(n, token.content)
    for n, cell in code_cells(notebook):
        alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt")
        for output in cell.outputs:
            data = output.get("data", {})
            if "text/html" in data:
                complaints += tags_without_alt(n, data["text/html"])
            elif any(kind.startswith("image/") for kind in data) and not alt:
                complaints.append(f"{at(n)}: picture without alt text in metadata.mystnb.image.alt")
    return complaints


def tags_without_alt(number, html):
    bare = [tag for tag in re.findall(r"<img\b[^>]*>", html) if not re.search(r"\balt=[\"'][^\"']", tag)]
    return [f"{at(number)}: no alt in {tag[:60]}" for tag in bare]


def markdown_is_plain(notebook):
    """What only the HTML book would understand shows as raw text in JupyterLab."""
    complaints = []
    for n, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            for what, pattern in MYST_ONLY.items():
                complaints += [f"{at(n)}: {what}: {m[0]}" for m in re.finditer(pattern, cell.source, re.M)]
    return complaints


def table_heads_are_filled(notebook):
    """A screen reader names each column by its head; only the first, of row names, may do without."""
    found, kinds = [], ["", ""]
    for n, token in tokens(notebook):
        if kinds == ["th_close", "th_open"] and not token.content.strip():
            found.append(f"{at(n)}: a table column without a head")
        kinds = [kinds[1], token.type]
    return found


def one_title(notebook):
    """One first-level heading, in the first cell."""
    found = [n for n, token in tokens(notebook) if token.type == "heading_open" and token.tag == "h1"]
    return [] if found == [0] else [f"first-level headings in cells {[n + 1 for n in found]}, expected [1]"]


def names_are_unique(notebooks):
    """Across the book: no two formulas share a tag or a label."""
    complaints, seen = [], {}
    for notebook in notebooks:
        for display in displays(notebook):
            place = f"{notebook.name}, {at(display.cell)}"
            for name in (*display.tags, *display.labels):
                if name in seen:
                    complaints.append(f"{name}: in {seen[name]} and again in {place}")
                seen[name] = place
    return complaints


RULES = [
    results_are_checked, enough_is_asserted, cells_are_executed, cells_are_short, code_ends_without_semicolon,
    displays_are_well_placed, eqrefs_resolve, links_resolve, images_have_alt_text, markdown_is_plain,
    table_heads_are_filled, one_title,
]


def main(paths):
    """Print the complaints about these notebooks; return how many."""
    complaints = names_are_unique(map(read, chapters()))
    for path in paths or chapters():
        notebook = read(path)
        complaints += [f"{notebook.name}: {complaint}" for rule in RULES for complaint in rule(notebook)]
        verdicts = [(display, verdict(display)) for display in displays(notebook)]
        complaints += [f"{d.name}: {v.text}\n    {d.latex}" for d, v in verdicts if not v.ok]
    print("\n".join(complaints) or "no complaints")
    return len(complaints)


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
