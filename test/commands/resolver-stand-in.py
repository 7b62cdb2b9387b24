#!/usr/bin/env python3
# Stands for the pip of a pinned nixpkgs: an index of a few packages without dependencies. INDEX names its JSON file.
import json
import os
import re
import sys
import time

arguments = sys.argv[1:]
if arguments[:2] == ["-I", "-c"]:
    # Stand-in wheels are written by the real Python.
    os.execvp("python3", ["python3", *arguments])
if arguments == ["-m", "pip", "--version"]:
    print("pip %s from /nowhere (python 3.13)" % os.environ.get("PIP_VERSION", "26.2.2"))
    sys.exit()
assert arguments[:3] == ["-m", "pip", "lock"], arguments
with open(os.environ["INDEX"]) as file:
    index = json.load(file)


def lines(path):
    with open(path) as file:
        return [line.split(";")[0].strip() for line in file if line.strip()]


def exact(text):
    return re.fullmatch(r"([\w.-]+)(?:\[.*\])?(?:==(\S+)|[<>!~].*)?", text).groups()


def value(option):
    return arguments[arguments.index(option) + 1]


fixed = {name: version for name, version in map(exact, lines(value("-c")))}
output = ['lock-version = "1.0"', 'created-by = "pip"']
for name, version in map(exact, lines(value("-r"))):
    if name == "slow":
        open("slow", "w").close()
        time.sleep(60)
    wanted = version or fixed.get(name) or (index.get(name) or ["0"])[-1]
    if wanted == "6.66":
        warning = "WARNING: The candidate selected for download or install is a yanked version: '%s' candidate (version %s at https://x)"
        print(warning % (name, wanted), file=sys.stderr)
    if wanted not in index.get(name, []):
        versions = ", ".join(index.get(name, [])) or "none"
        sys.exit(
            "ERROR: Could not find a version that satisfies the requirement %s==%s (from versions: %s)" % (name, wanted, versions)
        )
    if version and fixed.get(name, version) != version:
        # As pip does: the reason to stdout, the error to stderr.
        print(
            "\nThe conflict is caused by:\n    The user requested %s==%s\n    The user requested (constraint) %s==%s\n"
            % (name, version, name, fixed[name])
        )
        sys.exit("ERROR: ResolutionImpossible")
    output += [
        "[[packages]]",
        'name = "%s"' % name,
        'version = "%s"' % wanted,
        "[[packages.wheels]]",
        'url = "https://user:secret@example.org/%s-%s-py3-none-any.whl?token=secret"' % (name, wanted),
        "[packages.wheels.hashes]",
        'sha256 = "%s"' % ("0" * 64),
    ]
with open(value("-o"), "w") as file:
    file.write("\n".join(output) + "\n")
