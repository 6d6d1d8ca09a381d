"""Cuts ICU's data library down to what an English program needs: 30 MiB of locales become about three.

Qt needs ICU's library and asks it to compare words and to name a time zone. The data package inside ``libicudata`` is a
list of named items (format "CmnD" of ICU's ``ucmndata.h``); the smaller one has the same format and fewer items.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

MAGIC = b"\xda\x27"
ALIGNED = 16
LANGUAGES = ("root", "en", "en_US", "en_001", "en_US_POSIX", "res_index", "pool")
TREES = ("coll", "brkitr", "curr", "lang", "region", "unit", "zone", "rbnf")
TOP_LOCALE = 3
"""A resource at the top with a name of at most so many letters, or with an underscore, is a locale."""


def items_of(package: bytes) -> dict[str, bytes]:
    """The items of a data package by name.

    Raises
    ------
    ValueError
        When it is no common data package, little-endian.
    """
    header = struct.unpack_from("<H", package)[0]
    if package[2:4] != MAGIC or package[12:16] != b"CmnD" or package[8] != 0:
        raise ValueError("this is no little-endian ICU data package")
    count = struct.unpack_from("<I", package, header)[0]
    places = [struct.unpack_from("<II", package, header + 4 + 8 * index) for index in range(count)]
    ends = [start for _, start in places[1:]] + [len(package) - header]
    found = {}
    for (name_at, start), end in zip(places, ends, strict=True):
        name = package[header + name_at : package.index(b"\0", header + name_at)].decode("ascii")
        found[name] = package[header + start : header + end]
    return found


def package_of(items: Mapping[str, bytes], header: bytes) -> bytes:
    """A data package with these items behind a header that was read from another one."""
    names = sorted(items, key=lambda name: name.encode("ascii"))
    name_at = 4 + 8 * len(names)
    texts = [name.encode("ascii") + b"\0" for name in names]
    data_at = _aligned(name_at + sum(map(len, texts)))
    listed, written, data = struct.pack("<I", len(names)), b"".join(texts), b""
    for name, text in zip(names, texts, strict=True):
        listed += struct.pack("<II", name_at, data_at + len(data))
        name_at += len(text)
        data += items[name] + bytes(_aligned(len(items[name])) - len(items[name]))
    body = listed + written
    return header + body + bytes(_aligned(len(body)) - len(body)) + data


def wanted(name: str) -> bool:
    """True for an item that an English program may ask for."""
    path = PurePosixPath(name)
    tree = path.parts[1] if len(path.parts) > 2 else ""
    if tree == "brkitr" and path.suffix == ".dict":
        return False
    if path.suffix == ".cnv":
        return False
    if tree in TREES and path.suffix == ".res":
        return path.stem in LANGUAGES
    if path.suffix == ".res" and (len(path.stem) <= TOP_LOCALE or "_" in path.stem):
        return path.stem in LANGUAGES
    return tree != "translit"


def smaller(package: bytes, keep: Callable[[str], bool] = wanted) -> bytes:
    """The package with the wanted items only."""
    header = package[: struct.unpack_from("<H", package)[0]]
    return package_of({name: item for name, item in items_of(package).items() if keep(name)}, header)


def shrink(library: Path) -> int:
    """Write a data library anew with less in it; returns how many bytes that saved, 0 where it can't be done.

    It needs the linker of binutils, which PyInstaller's own needs come with on Linux.
    """
    if shutil.which("ld") is None or shutil.which("nm") is None:
        return 0
    before = library.read_bytes()
    lines = _said("nm", "--dynamic", "--defined-only", str(library)).splitlines()
    symbol = next((line.split()[2].split("@")[0] for line in lines if line.split()[2].startswith("icudt")), "")
    at = before.find(MAGIC, 0)
    while at != -1 and before[at + 10 : at + 14] != b"CmnD":
        at = before.find(MAGIC, at + 1)
    if not symbol or at == -1:
        return 0
    package = smaller(before[at - 2 :])
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "package.bin").write_bytes(package)
        (Path(folder) / "package.s").write_text(
            f".section .rodata\n.balign {ALIGNED}\n.globl {symbol}\n.type {symbol}, @object\n{symbol}:\n"
            f'.incbin "package.bin"\n.size {symbol}, . - {symbol}\n.section .note.GNU-stack,"",@progbits\n'
        )
        subprocess.run(["as", "-o", "package.o", "package.s"], cwd=folder, check=True)
        command = ["ld", "-shared", "-z", "noexecstack", f"-soname={library.name}", "-o", "made.so", "package.o"]
        subprocess.run(command, cwd=folder, check=True)
        made = (Path(folder) / "made.so").read_bytes()
    library.write_bytes(made)
    return len(before) - len(made)


def _aligned(size: int) -> int:
    return (size + ALIGNED - 1) // ALIGNED * ALIGNED


def _said(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
