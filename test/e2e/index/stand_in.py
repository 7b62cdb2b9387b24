#!/usr/bin/python3
"""Stands for packages of PyPI: adds small wheels to a package index, each with one module that has nothing but its version.

Reads one wheel a line, as JSON: name, version; requires (a list of requirements), extras (a list), module (default: the name), if they
are not the default. Usage: stand_in.py INDEX_DIR
"""

import base64
import hashlib
import json
import re
import sys
import zipfile
from pathlib import Path

sys.dont_write_bytecode = True

from pages import write_pages  # noqa: E402


def write_wheel(folder, name, version, requires=(), extras=(), module=None):
    distribution = re.sub(r"[-_.]+", "_", name)
    info = f"{distribution}-{version}.dist-info"
    metadata = [
        "Metadata-Version: 2.1",
        f"Name: {name}",
        f"Version: {version}",
        *(f"Provides-Extra: {extra}" for extra in extras),
        *(f"Requires-Dist: {requirement}" for requirement in requires),
    ]
    contents = {
        f"{module or distribution.lower()}.py": f'__version__ = "{version}"\n',
        f"{info}/METADATA": "\n".join(metadata) + "\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: stand_in.py\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = ""
    for path, text in contents.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        record += f"{path},sha256={digest},{len(text.encode())}\n"
    contents[f"{info}/RECORD"] = record + f"{info}/RECORD,,\n"
    with zipfile.ZipFile(folder / f"{distribution}-{version}-py3-none-any.whl", "w") as wheel:
        for path, text in contents.items():
            # Without a date, so that the same wheel always has the same bytes.
            wheel.writestr(zipfile.ZipInfo(path), text)


index = Path(sys.argv[1])
(index / "files").mkdir(parents=True, exist_ok=True)
for line in sys.stdin:
    write_wheel(index / "files", **json.loads(line))
write_pages(index)
