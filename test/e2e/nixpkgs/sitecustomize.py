# Stands for the sitecustomize of nixpkgs' Python: takes from the wrapper of an environment where it is and where its packages are.
import os
import site
import sys

# The store is read-only with nixpkgs; here root could write to it.
sys.dont_write_bytecode = True
for folder in filter(None, os.environ.pop("NIX_PYTHONPATH", "").split(":")):
    site.addsitedir(folder)
executable = os.environ.pop("NIX_PYTHONEXECUTABLE", None)
prefix = os.environ.pop("NIX_PYTHONPREFIX", None)
if executable:
    sys.executable = executable
if prefix:
    sys.prefix = sys.exec_prefix = prefix
    site.PREFIXES.insert(0, prefix)
