"""Text from data that a program may not take for a formula, a link or markup."""

from __future__ import annotations

import re

_LIVE = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Signs with which a spreadsheet begins a formula, and their wide forms."""
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def one_line(text: str) -> str:
    """The text without line breaks and signs that no file of ours may hold."""
    return re.sub(r"[\t\r\n\u2028\u2029]+", " ", _NO_XML.sub("", text))


def for_spreadsheet_csv(text: str) -> str:
    """A text as a cell of CSV that people open: an apostrophe ahead keeps it a text.

    References
    ----------
    .. [1] OWASP Application Security Verification Standard 5.0, 1.2.10.
    """
    clean = one_line(text)
    begins_live = text[:1] in {"\t", "\r", "\n"} or clean.lstrip().startswith(_LIVE)
    return f"'{clean}" if begins_live else clean
