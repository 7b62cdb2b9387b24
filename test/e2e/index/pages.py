"""Writes the pages of a package index (PEP 503) for the wheels and source distributions in INDEX_DIR/files."""

import hashlib
import html
import re
import zipfile


def required_python(file):
    if file.suffix != ".whl":
        return None
    with zipfile.ZipFile(file) as wheel:
        [metadata] = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
        found = re.search(r"^Requires-Python: (.*)$", wheel.read(metadata).decode(), re.MULTILINE)
        return found and found[1]


def write_pages(index):
    projects = {}
    for file in sorted((index / "files").iterdir()):
        name = re.sub(r"[-_.]+", "-", file.name.split("-")[0]).lower()
        projects.setdefault(name, []).append(file)
    for name, found in projects.items():
        page = index / "simple" / name / "index.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        links = []
        for file in found:
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            python = required_python(file)
            attribute = f' data-requires-python="{html.escape(python)}"' if python else ""
            links.append(f'<a href="../../files/{file.name}#sha256={digest}"{attribute}>{file.name}</a><br>')
        page.write_text("<!DOCTYPE html>\n" + "\n".join(links) + "\n")
