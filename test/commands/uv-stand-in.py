#!/usr/bin/env python3
# Stands for uv: finds each requirement in version 1.0, in the words of uv's lock files. It fails for `torn`, as uv does without a network.
import pathlib
import sys

arguments = sys.argv[1:]
if arguments == ["--version"]:
    print("uv 0.7.3")
    sys.exit()
assert arguments[:3] == ["pip", "compile", "--universal"], arguments
# Its settings are those of the folder that it runs in.
assert pathlib.Path("pyproject.toml").exists()


def value(option):
    return arguments[arguments.index(option) + 1]


output = ['lock-version = "1.0"', 'created-by = "uv"', 'requires-python = ">=%s"' % value("--python-version")]
listed = next(argument for argument in arguments if argument.endswith("/requirements.txt"))
for line in pathlib.Path(listed).read_text().splitlines():
    name, _, url = line.partition(" @ ")
    if name == "torn":
        print("error: Request failed after 3 retries", file=sys.stderr)
        print("  Caused by: Failed to fetch: `https://me:secret@example.org/simple/torn/`", file=sys.stderr)
        sys.exit(2)
    file = "%s-1.0-py3-none-any.whl" % name
    output += ["", "[[packages]]", 'name = "%s"' % name, 'version = "1.0"', "marker = \"sys_platform != 'win32'\""]
    hashes = 'sha256 = "%s"' % ("0" * 64)
    if url:
        output += ['archive = { url = "%s", hashes = { %s } }' % (url, hashes)]
        continue
    output += ['sdist = { url = "https://example.org/%s-1.0.tar.gz", upload-time = 2024-10-18T10:27:25Z, hashes = {} }' % name]
    if name == "sources":
        continue
    here = pathlib.Path(value("--find-links"), file)
    wheel = (here.as_uri(), "") if here.exists() else ("https://example.org/%s" % file, hashes)
    output += ['wheels = [{ url = "%s", upload-time = 2024-10-18T10:26:29Z, size = 12, hashes = { %s } }]' % wheel]
pathlib.Path(value("-o")).write_text("\n".join(output) + "\n")
