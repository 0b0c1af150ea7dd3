"""The README's worked gradient is run, and its list of chapters is the book."""

import doctest
import pathlib
import re

ROOT = pathlib.Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_numbers_printed_in_the_readme_are_what_the_code_prints():
    results = doctest.testfile(str(ROOT / "README.md"), module_relative=False, encoding="utf-8")
    assert results.attempted >= 9 and results.failed == 0


def test_the_readme_has_a_line_for_every_chapter():
    listed = [int(number) for number in re.findall(r"^\| (\d+) \| ", README, re.M)]
    assert listed == sorted(int(path.name[:2]) for path in (ROOT / "book").glob("[0-9][0-9]-*.*"))


def test_the_files_that_the_readme_shows_exist():
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert (ROOT / target).exists(), target
