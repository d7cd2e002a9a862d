"""Spreadsheets as input: looked through before a library reads them, and never guessed at."""

from allocator.reading.workbook.book import Book, open_book
from allocator.reading.workbook.rows import sheet_as_raw

__all__ = ["Book", "open_book", "sheet_as_raw"]
