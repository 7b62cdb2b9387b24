# Writes a docker-archive to stdout: one layer for each store path, the last of them for all that are left, then the customisation layer.
import datetime
import hashlib
import io
import json
import os
import sys
import tarfile

config_file, stream = sys.argv[1:]
conf = json.load(open(config_file))
now = datetime.datetime.now(datetime.timezone.utc).isoformat()
created = now if conf["created"] == "now" else conf["created"]
mtime = int(datetime.datetime.fromisoformat((now if conf["mtime"] == "now" else conf["mtime"]).replace("Z", "+00:00")).timestamp())
paths = open(os.path.join(stream, "closure")).read().split()


def entry(info):
    info.mtime, info.uid, info.gid, info.uname, info.gname = mtime, 0, 0, "root", "root"
    return info


def add_tree(tar, root, prefix):
    """Adds a folder's contents (or one file) under prefix, sorted; symbolic links stay links."""
    if not os.path.islink(root) and os.path.isdir(root):
        tar.addfile(entry(tar.gettarinfo(root, prefix)))
        for name in sorted(os.listdir(root)):
            add_tree(tar, os.path.join(root, name), os.path.join(prefix, name))
    elif os.path.islink(root):
        tar.addfile(entry(tar.gettarinfo(root, prefix)))
    else:
        info = entry(tar.gettarinfo(root, prefix))
        # Hard links of an optimised store are an accident of the machine.
        info.type, info.linkname, info.size = tarfile.REGTYPE, "", os.path.getsize(root)
        with open(root, "rb") as content:
            tar.addfile(info, content)


def store_folder(tar):
    """The folders above a store path, owned by root and closed to others, as Nix has them."""
    for parent in ("nix", "nix/store"):
        info = entry(tarfile.TarInfo(parent))
        info.type, info.mode = tarfile.DIRTYPE, 0o755
        tar.addfile(info)


def layer(paths):
    """A layer's tar, made of store paths."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as tar:
        store_folder(tar)
        for path in paths:
            add_tree(tar, path, path.lstrip("/"))
    return buffer.getvalue()


out = tarfile.open(fileobj=sys.stdout.buffer, mode="w|", format=tarfile.GNU_FORMAT)


def write(name, data):
    info = entry(tarfile.TarInfo(name))
    info.size = len(data)
    out.addfile(info, io.BytesIO(data))


limit = conf["maxLayers"] - 2
groups = [[path] for path in paths[:limit]] + ([paths[limit:]] if paths[limit:] else [])
digests, names = [], []
for group in groups + [None]:
    data = layer(group) if group else open(os.path.join(stream, "customisation.tar"), "rb").read()
    digests.append(hashlib.sha256(data).hexdigest())
    names.append(digests[-1] + "/layer.tar")
    write(names[-1], data)

image = json.dumps(
    {
        "created": created,
        "architecture": conf["architecture"],
        "os": "linux",
        "config": conf["config"],
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + digest for digest in digests]},
        "history": [{"created": created, "comment": "store paths: %s" % (group or "customisation layer")} for group in groups + [None]],
    },
    sort_keys=True,
).encode()
name = hashlib.sha256(image).hexdigest() + ".json"
write(name, image)
tag = conf["tag"] or os.path.basename(stream)[:32]
write("manifest.json", json.dumps([{"Config": name, "RepoTags": ["%s:%s" % (conf["name"], tag)], "Layers": names}]).encode())
out.close()
