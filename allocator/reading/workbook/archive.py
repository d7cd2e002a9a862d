"""The zip around a workbook: what it claims and what it holds, before anything parses it."""

from __future__ import annotations

import io
import zipfile
import zlib

from allocator.findings import Findings

MAX_FILE = 60_000_000
"""Bytes of a workbook on disk."""
MAX_PART = 120_000_000
"""Bytes of all parts together once unpacked."""
MAX_PARTS = 2_000
MAX_RATIO = 400
"""Unpacked over packed; above it a part of more than a megabyte is no spreadsheet."""
_SMALL = 1_000_000

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

Parts = dict[str, bytes]
"""Content of each part by its name in the zip."""


def unpack(content: bytes, file: str, findings: Findings) -> Parts | None:
    """Every part of a workbook, unpacked under limits; nothing beside a finding.

    Sizes are those really unpacked: what a header claims is checked first and never believed.
    """
    if len(content) > MAX_FILE:
        findings.error("file_too_large", file, megabytes=MAX_FILE // 1_000_000)
        return None
    code = _not_a_zip(content)
    if code:
        findings.error(code, file)
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            code = _claims(archive.infolist())
            parts = {} if code else _read(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, LookupError):
        code = "workbook_broken"
    except (NotImplementedError, RuntimeError):  # a way of packing or locking we do not know
        code = "workbook_locked"
    if code:
        findings.error(code, file, megabytes=MAX_PART // 1_000_000)
        return None
    return parts


def repack(parts: Parts) -> bytes:
    """A plain zip of exactly these parts: what was looked through is what is read."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return stream.getvalue()


def _not_a_zip(content: bytes) -> str:
    if content.startswith(OLE):
        return "workbook_locked" if _ENCRYPTED in content else "workbook_kind"
    if not content.strip():
        return "empty_file"
    return "" if content.startswith(ZIP) else "not_a_workbook"


def _claims(entries: list[zipfile.ZipInfo]) -> str:
    """Code of what is wrong with the list of parts, before one is unpacked."""
    names = [entry.filename for entry in entries]
    if any(entry.flag_bits & 1 for entry in entries):
        return "workbook_locked"
    if len({name.lower() for name in names}) < len(names):
        return "workbook_broken"
    large = sum(entry.file_size for entry in entries) > MAX_PART
    dense = any(entry.file_size > max(_SMALL, MAX_RATIO * entry.compress_size) for entry in entries)
    return "workbook_too_large" if large or dense or len(entries) > MAX_PARTS else ""


def _read(archive: zipfile.ZipFile) -> Parts:
    # The reader stops at the size that was claimed and compares the checksum there.
    return {
        entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()
    }
