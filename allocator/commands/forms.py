"""Forms to fill in, and a result in other forms."""

from __future__ import annotations

from pathlib import Path

import click

from allocator.commands.options import RESULT
from allocator.commands.session import Session, common
from allocator.words import text


@click.command(help="help_template")
@click.option(
    "--group",
    type=click.Choice(["beleid", "regiotafel", "coa", "gemeente"]),
    required=True,
    help="opt_group",
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="opt_template_out")
@click.option("--instance", type=click.Path(path_type=Path), help="opt_template_instance")
@common
def template(session: Session, group: str, out: Path, instance: Path | None) -> int:
    """Write a form that reads back."""
    from allocator import forms

    if out.suffix.lower() != ".xlsx":
        raise click.UsageError(text("template_suffix", session.lang))
    sheets = forms.write_template(group, out, instance, session.lang)
    line = text("screen_template", session.lang, out=out, sheets=", ".join(sheets))
    session.say([line], {"exit_code": 0, "out": str(out), "sheets": sheets})
    return 0


@click.command(help="help_export")
@RESULT
@click.option("--form", type=click.Choice(["ods", "csv"]), required=True, help="opt_twin")
@common
def export(session: Session, result: Path, form: str) -> int:
    """Add the workbook in another form."""
    from allocator import exporting, steady, verifying

    with steady.held(result):
        verifying.verify_or_refuse(result)
        session.step("step_report")
        names = exporting.add_twins(result, form, session.lang)
    line = text("screen_exported", session.lang, out=result, files=", ".join(names))
    session.say([line], {"exit_code": 0, "files": names})
    return 0


COMMANDS = (template, export)
