"""Sphinx configuration: the HTML book from the notebooks' stored outputs. Nothing is ever fetched."""
import re
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

BOOK = Path(__file__).resolve().parent
sys.path.insert(0, str(BOOK))  # for displays and _formulas

project = "Backpropagation, derived and proved"
author = "The contributors"
project_copyright = "The contributors; text CC BY 4.0, code MIT"
language = "en"

extensions = ["myst_nb", "sphinxcontrib.bibtex", "_formulas"]
bibtex_bibfiles = ["references.bib"]
exclude_patterns = ["_build", "data", "**.ipynb_checkpoints"]
nb_execution_mode = "off"  # the notebooks are tests; their stored outputs have passed
nb_render_markdown_format = "myst"  # formulas in outputs too
myst_enable_extensions = ["amsmath", "dollarmath", "substitution"]
myst_substitutions = {}  # filled by _formulas
myst_heading_anchors = 4
myst_heading_slug_func = "displays.slug"

html_theme = "sphinx_book_theme"
html_title = project
html_static_path = ["_static"]
html_css_files = ["book.css"]
html_favicon = "_static/favicon.svg"
templates_path = ["_templates"]
html_context = {"default_mode": "auto"}  # light or dark as the reader's system is
html_show_sphinx = False
html_show_search_summary = False  # it would fetch pages, which fails from file://
html_theme_options = {
    "navbar_start": [], "navbar_center": [], "navbar_end": [], "navbar_persistent": [],  # one search box
    "show_toc_level": 2,
    "use_fullscreen_button": False,
    "toc_title": "On this page",
}

mathjax_path = "mathjax/tex-chtml.js"
mathjax3_config = {
    "tex": {"packages": {"[-]": ["noundefined"]}},  # an unknown macro is an error, not red text
    "options": {"menuOptions": {"settings": {"assistiveMml": True}}},
}


def copy_mathjax(app, error):
    """Put MathJax beside the pages: what they load, and no more."""
    if error or app.builder.format != "html":
        return
    source = Path(find_spec("sphinx-mathjax-offline").origin).parent / "static" / "mathjax"
    target = Path(app.outdir) / "_static" / "mathjax"
    for item in ("tex-chtml.js", "output/chtml/fonts/woff-v2", "input/tex/extensions/color.js",
                 "input/tex/extensions/boldsymbol.js"):
        (target / item).parent.mkdir(parents=True, exist_ok=True)
        if (source / item).is_dir():
            shutil.copytree(source / item, target / item, dirs_exist_ok=True)
        else:
            shutil.copy(source / item, target / item)


def said_aloud(app, pagename, templatename, context, doctree):
    """What a screen reader hears: no nameless head in a table's empty corner, and references that are a list."""
    if "body" in context:
        body = re.sub(r'<th class="head[^"]*"><p></p></th>', "<td></td>", context["body"])
        context["body"] = body.replace('role="doc-biblioentry"', 'role="listitem"')


def setup(app):
    app.connect("html-page-context", said_aloud)
    app.connect("build-finished", copy_mathjax)
