"""A text field for formulas: type LaTeX, press Enter, read the verdict (chapter 00). It needs a live kernel."""

import ipywidgets as widgets

from ..formula import try_formula


class FormulaField(widgets.VBox):
    """Fields for a formula and its setting, and what ``try_formula`` says of them; ``trial`` is there to be read."""

    def __init__(self, latex, setting="generic"):
        wide = widgets.Layout(width="100%")
        self.latex = widgets.Textarea(latex, description="formula", continuous_update=False, layout=wide)
        self.setting = widgets.Text(setting, description="setting", continuous_update=False, layout=wide)
        self.answer = widgets.HTMLMath()
        for field in (self.latex, self.setting):
            field.observe(self.judge, "value")
        self.judge()
        super().__init__([self.latex, self.setting, self.answer])

    def judge(self, change=None):
        """Check what stands in the fields now."""
        self.trial = try_formula(self.latex.value, self.setting.value)
        self.answer.value = "<br>".join(self.trial.html_lines())
