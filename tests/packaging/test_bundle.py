"""What makes the bundle smaller: less of ICU's data, one copy of a library, none that nothing needs."""

from __future__ import annotations

import ctypes
import importlib
import shutil
import struct
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def bundle(repository: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script that builds the bundle, as a module."""
    monkeypatch.syspath_prepend(str(repository / "packaging" / "bundle"))
    monkeypatch.delitem(sys.modules, "build", raising=False)
    return importlib.import_module("build")


@pytest.fixture
def icu(repository: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """What cuts ICU's data down, as a module."""
    monkeypatch.syspath_prepend(str(repository / "packaging" / "bundle"))
    return importlib.import_module("icu_data")


def header() -> bytes:
    """A header as ICU writes it: its size, the magic, the data information with format "CmnD"."""
    about = struct.pack("<HHBBBB4s4B4B", 20, 0, 0, 0, 2, 0, b"CmnD", 1, 0, 0, 0, 15, 0, 0, 0)
    return struct.pack("<H2s", 32, b"\xda\x27") + about + bytes(32 - 4 - len(about))


ITEMS = {
    "icudt73l/root.res": b"root" * 9,
    "icudt73l/de.res": b"german" * 99,
    "icudt73l/en_US.res": b"american",
    "icudt73l/coll/root.res": b"order of words",
    "icudt73l/coll/sv.res": b"swedish",
    "icudt73l/ibm-37.cnv": b"mainframe",
    "icudt73l/zoneinfo64.res": b"zones",
}


def test_a_package_is_read_back_as_it_was_written(icu: ModuleType) -> None:
    package = icu.package_of(ITEMS, header())
    read = icu.items_of(package)
    assert list(read) == sorted(ITEMS)
    for name, item in ITEMS.items():
        assert read[name].rstrip(b"\0") == item
    starts = [package.index(item) for item in ITEMS.values()]
    assert all(start % 16 == 0 for start in starts), "ICU reads its items where they lie"


def test_only_english_and_what_every_language_shares_is_kept(icu: ModuleType) -> None:
    smaller = icu.smaller(icu.package_of(ITEMS, header()))
    assert set(icu.items_of(smaller)) == {
        "icudt73l/root.res",
        "icudt73l/en_US.res",
        "icudt73l/coll/root.res",
        "icudt73l/zoneinfo64.res",
    }
    assert smaller[:32] == header()


@pytest.mark.parametrize("name", ["pool.res", "curr/pool.res", "likelySubtags.res", "uts46.nrm", "brkitr/word.brk"])
def test_data_that_is_no_locale_stays(icu: ModuleType, name: str) -> None:
    assert icu.wanted(f"icudt73l/{name}")


@pytest.mark.parametrize(
    "name", ["zh.res", "zh_Hans_CN.res", "brkitr/thaidict.dict", "translit/root.res", "curr/ja.res"]
)
def test_other_languages_go(icu: ModuleType, name: str) -> None:
    assert not icu.wanted(f"icudt73l/{name}")


def test_what_is_no_data_package_is_refused(icu: ModuleType) -> None:
    with pytest.raises(ValueError, match="no little-endian ICU data package"):
        icu.items_of(bytes(64))


@pytest.mark.skipif(shutil.which("as") is None or not sys.platform.startswith("linux"), reason="needs binutils")
def test_a_library_keeps_its_name_and_symbol_with_less_behind_it(icu: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "package.bin").write_bytes(icu.package_of(ITEMS, header()))
    (tmp_path / "package.s").write_text(
        ".section .rodata\n.balign 16\n.globl icudt73_dat\n.type icudt73_dat, @object\nicudt73_dat:\n"
        '.incbin "package.bin"\n.size icudt73_dat, . - icudt73_dat\n.section .note.GNU-stack,"",@progbits\n'
    )
    library = tmp_path / "libicudata.so.73"
    subprocess.run(["as", "-o", "package.o", "package.s"], cwd=tmp_path, check=True)
    subprocess.run(
        ["ld", "-shared", f"-soname={library.name}", "-o", library.name, "package.o"], cwd=tmp_path, check=True
    )
    icu.shrink(library)
    made = ctypes.CDLL(str(library))
    start = ctypes.addressof(ctypes.c_char.in_dll(made, "icudt73_dat"))
    assert start % 16 == 0
    count = ctypes.c_uint32.from_address(start + 32).value
    assert count == 4


def test_a_library_without_the_data_is_left_alone(icu: ModuleType, tmp_path: Path) -> None:
    library = tmp_path / "libicudata.so.73"
    shutil.copy(sys.executable, library)
    before = library.read_bytes()
    assert icu.shrink(library) == 0
    assert library.read_bytes() == before


def test_libraries_that_nothing_needs_any_more_go_and_their_own_needs_with_them(
    bundle: ModuleType, tmp_path: Path
) -> None:
    needs = {
        "plugin.so": {"liba.so.1"},
        "liba.so.1": {"libb.so.2", "libc.so.6"},
        "libcups.so.2": {"libgnutls.so.30"},
        "libgnutls.so.30": {"libb.so.2"},
    }
    (tmp_path / "plugins").mkdir()
    for name in (*needs, "libb.so.2", "libpython3.11.so.1.0"):
        folder = tmp_path / "plugins" if name == "plugin.so" else tmp_path
        (folder / name).write_bytes(b"x")
    gone = bundle.drop_orphans(tmp_path, lambda path: needs.get(path.name, set()))
    assert gone == ["libcups.so.2", "libgnutls.so.30"]
    left = {path.name for path in tmp_path.rglob("*.so*")}
    assert left == {"plugin.so", "liba.so.1", "libb.so.2", "libpython3.11.so.1.0"}


def test_one_of_two_equal_libraries_is_kept_and_the_other_links_to_it(bundle: ModuleType, tmp_path: Path) -> None:
    for folder, content in (("numpy.libs", b"a" * 200_000), ("scipy.libs", b"a" * 200_000), ("other", b"b" * 200_000)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "libgfortran.so.5").write_bytes(content)
    bundle.share(tmp_path)
    links = [path for path in tmp_path.rglob("*.so*") if path.is_symlink()]
    assert [path.parent.name for path in links] == ["scipy.libs"]
    assert not links[0].readlink().is_absolute()
    assert links[0].read_bytes() == b"a" * 200_000
    assert (tmp_path / "other" / "libgfortran.so.5").read_bytes() == b"b" * 200_000
