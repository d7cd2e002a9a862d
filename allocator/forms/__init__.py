"""Forms that people fill in and that the door reads back: a workbook for each user group."""

from allocator.forms.groups import GROUPS
from allocator.forms.template import template_bytes, write_template

__all__ = ["GROUPS", "template_bytes", "write_template"]
