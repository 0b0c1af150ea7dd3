"""The book's generated pages: the verdict on every formula of the five sources, and the index of equations.

    python book/pages.py        writes them; a test compares the committed files with what this would write
"""
import re
from collections import Counter
from pathlib import Path

import yaml

import displays

BOOK = Path(__file__).resolve().parent
VERDICTS = {  # in the order of the totals: what each word means
    "holds": "true as it stands",
    "definition": "gives something a name, and does so consistently",
    "assumption": "true only under a condition that the source leaves out",
    "typo": "a slip of print; what is meant is clear from the text around it",
    "wrong": "false as it stands",
    "not-checkable": "history, motivation, or a picture that the text only announces",
}
COUNTS = {"S0": 45, "S1": 79, "S2": 20, "S3": 105, "S4": 50}
GENERATED = "<!-- Written by pages.py from {}: change that, then run make pages. -->\n\n"


def ledger():
    """The entries of ledger.yaml in the order of the sources."""
    return yaml.safe_load((BOOK / "ledger.yaml").read_text(encoding="utf-8"))


def address(chapter):
    """`05-index#eq-5.9` as the target of a link from a page of the book."""
    stem, _, anchor = chapter.partition("#")
    suffix = ".md" if (BOOK / f"{stem}.md").exists() else ".ipynb"
    return f"{stem}{suffix}" + (f"#{anchor}" if anchor else "")


def page(key):
    """File name of a source's page."""
    return f"sources-{key.lower()}.md"


def badge(verdict):
    """The verdict as a small coloured word."""
    return f'<span class="verdict verdict-{verdict}">{verdict}</span>'


def plain(text):
    """Plain text for a page of Markdown: its own marks do not count, and it stays on one line."""
    return re.sub(r"([\\*_$|<\[`])", r"\\\1", " ".join(text.split()))


def display(latex):
    """A formula in its own paragraph."""
    return f"$$\n{' '.join(latex.split())}\n$$\n"


def entry_text(entry):
    """One numbered statement with its verdict, its reason and where to look."""
    yield f"## {entry['id']}\n"
    yield f"{badge(entry['verdict'])} {plain(entry['says'])}\n"
    if entry["formula"]:
        yield display(entry["formula"])
    if entry["note"]:
        yield plain(entry["note"]) + "\n"
    if entry["correction"]:
        yield "Corrected:\n"
        yield display(entry["correction"])
    where = [f"[In the book]({address(entry['chapter'])})"] if entry["chapter"] else []
    where += [f"decided by `{entry['check']}`"] if entry["check"] else []
    if where:
        yield "; ".join(where) + ".\n"


def source_page(key, entries):
    """All statements of one source."""
    title = entries[0]["source"]
    lines = [GENERATED.format("ledger.yaml") + f"# {key}. {title}\n",
             f"Every formula and claim of this source, {len(entries)} in all, in its own notation and in the order in "
             "which it makes them. Each has a verdict, and each verdict that can be checked names the test that "
             "decides it. [What the verdicts mean](16-sources.md#The-verdicts).\n"]
    return "\n".join([*lines, *(line for entry in entries for line in entry_text(entry))])


def overview(entries):
    """The totals, and the list of all that does not hold."""
    by_source = {key: [e for e in entries if e["id"].startswith(key)] for key in COUNTS}
    total = Counter(e["verdict"] for e in entries)
    yield GENERATED.format("ledger.yaml") + "# 16. The sources, line by line\n"
    yield ("Five sets of notes were the starting point of this book. Here is every formula and every claim in them: "
           f"{len(entries)} statements, each with a verdict. To distrust a line is welcome: find it on its source's "
           "page, read why, and, where a test decides it, run the test.\n")
    yield "## The verdicts\n"
    yield "| verdict | meaning | " + " | ".join(by_source) + " | all |\n|---|---|" + "---|" * (len(by_source) + 1)
    for verdict, meaning in VERDICTS.items():
        cells = [str(sum(e["verdict"] == verdict for e in part)) for part in by_source.values()]
        yield f"| {badge(verdict)} | {meaning} | " + " | ".join(cells) + f" | {total[verdict]} |"
    yield "\n| | source | statements |\n|---|---|---|".replace("| | source", "| key | source")
    for key, part in by_source.items():
        yield f"| {key} | [{part[0]['source']}]({page(key)}) | {len(part)} |"
    yield "\n## What does not hold as printed\n"
    yield ("These are the statements that are false, that are slips of print, or that need a condition which their "
           "source does not state. A good text with a slip is still a good text, and each of the five taught us "
           "something.\n")
    yield "| id | verdict | what is wrong, or missing |\n|---|---|---|"
    for entry in entries:
        if entry["verdict"] in ("wrong", "typo", "assumption"):
            key = entry["id"][:2]
            link = f'<span class="statement">[{entry["id"]}]({page(key)}#{entry["id"]})</span>'
            yield f"| {link} | {badge(entry['verdict'])} | {plain(entry['note'])} |"


def equations():
    """All numbered formulas of the book, by chapter."""
    yield GENERATED.format("the notebooks") + "# Index of equations\n"
    yield "Every numbered formula, with a link to the place where it is derived and checked.\n"
    for path in displays.chapters():
        book = displays.read(path)
        numbered = [d for d in displays.displays(book) if d.anchors]
        if numbered:
            title = book.cells[0].source.splitlines()[0].lstrip("# ")
            yield f"## {title}\n"
            for d in numbered:
                links = ", ".join(f"[({tag})]({path.name}#{label})" for label, tag in d.anchors)
                yield f"{links}\n"
                yield bare(d.latex) + "\n"


def bare(latex):
    """A display without its number."""
    for label in ("tag", "label"):
        while (start := latex.find(f"\\{label}{{")) >= 0:
            latex = latex[:start].rstrip(" ") + latex[latex.index("}", start) + 1:]
    return latex


def pages():
    """{file name: text} of all generated pages."""
    entries = ledger()
    made = {"16-sources.md": overview(entries), "equations.md": equations()}
    made |= {page(key): [source_page(key, [e for e in entries if e["id"].startswith(key)])] for key in COUNTS}
    return {name: "\n".join(text).rstrip() + "\n" for name, text in made.items()}




if __name__ == "__main__":
    for name, text in pages().items():
        (BOOK / name).write_text(text, encoding="utf-8", newline="\n")
