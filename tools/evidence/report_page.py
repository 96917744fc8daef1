"""The numbers of a report as they stand on its page, and whether what is shown is the value: for check_counts.py."""

import math
from html.parser import HTMLParser

OF_MODELS = ("model/", "models/", "tests/", "there/")


class Figures(HTMLParser):
    """The <data value data-of> of a report, with what a person reads there."""

    def __init__(self):
        super().__init__()
        self.found, self.open, self.language = [], None, "en"

    def handle_starttag(self, tag, attributes):
        if tag == "html":
            self.language = dict(attributes).get("lang", "en")
        if tag == "data":
            own = dict(attributes)
            self.open = [own.get("data-of", ""), float(own["value"]), ""]

    def handle_data(self, text):
        if self.open is not None:
            self.open[2] += text

    def handle_endtag(self, tag):
        if tag == "data" and self.open is not None:
            self.found.append(self.open)
            self.open = None


def close(a, b, relative):
    return math.isclose(a, b, rel_tol=relative, abs_tol=1e-9)


ROUNDED = ("low", "high", "density", "densityLow", "densityHigh", "median", "q1", "q3")


def number_in(text, language):
    """A number as the language of the report writes it: 1,234.5, in Czech and Russian 1 234,5."""
    plain = "".join(text.replace("%", "").split())
    return float(plain.replace(",", ".") if language in ("cs", "ru") else plain.replace(",", ""))


def reads_as(of, text, value, language):
    """Whether what is shown is the value: a tenth of a percent, the next whole number, three digits, or the very number."""
    number = number_in(text, language)
    if "%" in text:
        return abs(number - 100 * value) <= 0.0501
    if of.startswith("agreement/") and not of.endswith("/items"):
        return abs(number - value) <= 0.0050001
    if of.startswith("final/"):
        return abs(number - value) <= 0.5000001
    if of.startswith(OF_MODELS) or of.split("/")[-1] in ROUNDED:
        return close(number, value, 0.00501)
    return number == value
