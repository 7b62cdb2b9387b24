#!/usr/bin/python3
"""Builds a package index for the end-to-end suite: wheels of Debian's packages and of squeeze/, and the pages of PEP 503.

Debian's packages hold what their build backends have installed; the wheel is packed again from that. Does nothing if the index is
there already. Usage: build.py CHROOT_DIR (of the newer Debian) INDEX_DIR
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from wheel.metadata import pkginfo_to_metadata

sys.dont_write_bytecode = True

from pages import write_pages  # noqa: E402

NEWER = """blinker click dotenv flask gunicorn iniconfig itsdangerous jaraco.classes jaraco.functools jinja2 more-itertools
packaging pluggy pygments pytest six werkzeug""".split()
# For this Python; older versions of two of the others.
OWN = ["markupsafe", "itsdangerous", "six"]
# Published as sources only.
SOURCES = ["yaml"]
# What the compiler of this Debian links to is older than that.
PLATFORM = f"manylinux_2_36_{os.uname().machine}"

here = Path(__file__).parent
chroot, index = map(Path, sys.argv[1:])
files = index / "files"


def run(*command, **options):
    subprocess.run(command, check=True, stdout=2, **options)


def packages(names, root, work):
    """Downloads Debian packages of this machine, or of a chroot, and unpacks each; yields its folder of Python packages."""
    within = [] if root == Path("/") else ["chroot", root]
    folder = Path(tempfile.mkdtemp(dir=root / "tmp"))
    script = 'cd "$0" && exec apt-get -qq -o APT::Sandbox::User=root download "$@"'
    run(*within, "sh", "-c", script, f"/tmp/{folder.name}", *(f"python3-{name}" for name in names))
    for deb in sorted(folder.iterdir()):
        run("dpkg-deb", "--extract", deb, work / deb.name)
        yield work / deb.name / "usr/lib/python3/dist-packages"
    shutil.rmtree(folder)


def add_dist_info(folder):
    """Completes the metadata of an installed package to that of a wheel; returns the name of a source distribution of it."""
    [info] = [*folder.glob("*.egg-info"), *folder.glob("*.dist-info")]
    name, version = re.match(r"([^-]+)-([^-]+)\.", info.name).groups()
    if info.suffix == ".egg-info":
        metadata = pkginfo_to_metadata(str(info), str(info / "PKG-INFO"))
        shutil.rmtree(info)
        info = info.with_suffix(".dist-info")
        info.mkdir()
        (info / "METADATA").write_text(metadata.as_string())
    libraries = [*folder.rglob("*.so")]
    tag = f"cp311-cp311-{PLATFORM}" if libraries else "py3-none-any"
    purelib = str(not libraries).lower()
    (info / "WHEEL").write_text(f"Wheel-Version: 1.0\nGenerator: end-to-end suite\nRoot-Is-Purelib: {purelib}\nTag: {tag}\n")
    (info / "INSTALLER").unlink(missing_ok=True)
    return f"{name.lower()}-{version}"


def build(work):
    for root, names in ((chroot, NEWER), (Path("/"), OWN)):
        for folder in packages(names, root, work):
            add_dist_info(folder)
            run(sys.executable, "-m", "wheel", "pack", "--dest-dir", files, folder)
    for folder in packages(SOURCES, chroot, work):
        sdist = add_dist_info(folder)
        with tarfile.open(files / f"{sdist}.tar.gz", "w:gz") as archive:
            archive.add(folder, sdist)
    shutil.copytree(here / "squeeze", work / "squeeze")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet"]
    run(*pip, "--no-build-isolation", "--no-index", "--no-deps", "--wheel-dir", work, work / "squeeze")
    [wheel] = work.glob("squeeze-*.whl")
    run(sys.executable, "-m", "wheel", "unpack", "--dest", work / "unpacked", wheel)
    [folder] = (work / "unpacked").iterdir()
    add_dist_info(folder)
    run(sys.executable, "-m", "wheel", "pack", "--dest-dir", files, folder)


recipe = hashlib.sha256()
for path in sorted(here.rglob("*")):
    if path.is_file():
        recipe.update(path.read_bytes())
stamp = index / ".recipe"
if not stamp.exists() or stamp.read_text() != recipe.hexdigest():
    print(f"making a package index in {index}", file=sys.stderr)
    shutil.rmtree(index, ignore_errors=True)
    files.mkdir(parents=True)
    os.environ["SOURCE_DATE_EPOCH"] = "315532800"
    with tempfile.TemporaryDirectory() as work:
        build(Path(work))
    write_pages(index)
    stamp.write_text(recipe.hexdigest())
