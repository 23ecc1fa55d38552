"""Text that a spreadsheet takes for text."""

FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
"""As ASCII and full-width; tabs and line ends are no part of a text on one line."""


def plain(text: str) -> str:
    """The text on one line, as no spreadsheet takes it for a formula (OWASP: CSV injection)."""
    line = one_line(text)
    return f"'{line}" if line.startswith(FORMULA) else line


def one_line(text: str) -> str:
    """The text without what breaks a line or cannot be seen."""
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()
