"""Stands for the tools behind rules_oci and rules_docker (Go programs, jq, bsdtar): layers, images and loading, byte for byte reproducible.

image.py tar OUT MTREE                       a layer from mtree lines: PATH uid=.. gid=.. mode=.. time=.. type=file content=FILE
image.py image OUT BASE SETTINGS LAYER...    an OCI layout on another one
image.py config OUT BASE SETTINGS LAYER...   the configuration of an image on that of another one
image.py digest OUT CONFIG LAYER...          the digest of the manifest that a registry would get, of layers as they are, or of an OCI layout
image.py archive OUT TAG CONFIG LAYER...     a Docker archive
image.py load TAG CONFIG LAYER...            the same into Docker
image.py index OUT IMAGE...                  an index of images, as an OCI layout
image.py push IMAGE REPOSITORY ARGUMENT...  an OCI layout to a registry, by the machine's crane: by its digest, then --tag by --tag
"""

import argparse
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def read(*path):
    with open(os.path.join(*path), "rb") as file:
        return file.read()


def add(tar, name, data, mode=0o644, uid=0, gid=0, mtime=0):
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.uid, info.gid, info.mtime = len(data), mode, uid, gid, mtime
    tar.addfile(info, io.BytesIO(data))


def write_tar(out, mtree):
    with tarfile.open(out, "w", format=tarfile.GNU_FORMAT) as tar:
        for line in read(mtree).decode().splitlines():
            name, *words = (word.replace(r"\040", " ") for word in line.split())
            keys = dict(word.split("=", 1) for word in words)
            if keys["type"] != "file":
                raise SystemExit("this double knows files only: " + line)
            mode, time = int(keys.get("mode", "0644"), 8), int(float(keys.get("time", "0")))
            add(tar, name, read(keys["content"]), mode, int(keys.get("uid", 0)), int(keys.get("gid", 0)), time)


def put_blob(out, kind, data):
    path = os.path.join(out, "blobs", "sha256", sha256(data))
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)
    return {"mediaType": kind, "digest": "sha256:" + sha256(data), "size": len(data)}


def write_layout(out, descriptor):
    with open(os.path.join(out, "index.json"), "w") as file:
        json.dump({"schemaVersion": 2, "manifests": [descriptor]}, file)
    with open(os.path.join(out, "oci-layout"), "w") as file:
        file.write('{"imageLayoutVersion": "1.0.0"}')


class OciLayout:
    """A folder: blobs by digest, found from index.json. What it has from a base or a layer are links, as with the real rules."""

    def __init__(self, path):
        self.path = path
        self.manifest = json.loads(self.blob(json.loads(read(path, "index.json"))["manifests"][0]))
        self.config = json.loads(self.blob(self.manifest["config"]))
        self.links = [os.path.join(path, "blobs", "sha256", layer["digest"].split(":")[1]) for layer in self.manifest["layers"]]

    def blob(self, descriptor):
        return read(self.path, "blobs", "sha256", descriptor["digest"].split(":")[1])

    def append(self, tar):
        data = read(tar)
        kind = "application/vnd.oci.image.layer.v1.tar"
        self.manifest["layers"].append({"mediaType": kind, "digest": "sha256:" + sha256(data), "size": len(data)})
        self.links.append(tar)

    def write(self, out):
        folder = os.path.join(out, "blobs", "sha256")
        os.makedirs(folder)
        for layer, target in zip(self.manifest["layers"], self.links):
            os.symlink(os.path.relpath(target, folder), os.path.join(folder, layer["digest"].split(":")[1]))

        def put(kind, data):
            return put_blob(out, kind, data)

        manifest = dict(self.manifest, config=put(self.manifest["config"]["mediaType"], json.dumps(self.config, sort_keys=True).encode()))
        kind = "application/vnd.oci.image.manifest.v1+json"
        write_layout(out, put(kind, json.dumps(manifest, sort_keys=True).encode()))


def change(config, settings, tars):
    """Adds layers and settings to an image's configuration."""
    for tar in tars:
        config["rootfs"]["diff_ids"].append("sha256:" + sha256(read(tar)))
        config.setdefault("history", []).append({"created": "1970-01-01T00:00:00Z", "created_by": "bazel"})
    changed = json.loads(settings)
    # Variables are added to those of the base.
    changed["Env"] = config["config"].get("Env", []) + changed.get("Env", [])
    config["config"].update(changed)


def write_image(out, base, settings, *tars):
    image = OciLayout(base)
    change(image.config, settings, tars)
    for tar in tars:
        image.append(tar)
    image.write(out)


def write_config(out, base, settings, *tars):
    config = json.loads(read(base))
    change(config, settings, tars)
    with open(out, "w") as file:
        json.dump(config, file, sort_keys=True)


def write_digest(out, config, *layers):
    if os.path.isdir(config):
        digest = json.loads(read(config, "index.json"))["manifests"][0]["digest"]
        with open(out, "w") as file:
            file.write(digest + "\n")
        return
    kind = "application/vnd.docker."

    def descriptor(what, data):
        return {"mediaType": kind + what, "size": len(data), "digest": "sha256:" + sha256(data)}

    manifest = {
        "schemaVersion": 2,
        "mediaType": kind + "distribution.manifest.v2+json",
        "config": descriptor("container.image.v1+json", read(config)),
        "layers": [descriptor("image.rootfs.diff.tar.gzip", read(layer)) for layer in layers],
    }
    with open(out, "w") as file:
        file.write("sha256:" + sha256(json.dumps(manifest, separators=(",", ":")).encode()))


def write_archive(out, tag, config, *layers):
    names = [sha256(read(layer)) + "/layer.tar" for layer in layers]
    manifest = {"Config": "config.json", "RepoTags": [tag] if tag else [], "Layers": names}
    with tarfile.open(out, "w", format=tarfile.GNU_FORMAT) as tar:
        for name, file in zip(["config.json", *names], [config, *layers]):
            add(tar, name, read(file))
        add(tar, "manifest.json", json.dumps([manifest]).encode())


def write_index(out, *paths):
    kind, manifests = "application/vnd.oci.image.index.v1+json", []
    for path in paths:
        config = OciLayout(path).config
        for name in os.listdir(os.path.join(path, "blobs", "sha256")):
            put_blob(out, "", read(path, "blobs", "sha256", name))
        platform = {key: config[key] for key in ("os", "architecture")}
        manifests.append(dict(json.loads(read(path, "index.json"))["manifests"][0], platform=platform))
    index = {"schemaVersion": 2, "mediaType": kind, "manifests": manifests}
    write_layout(out, put_blob(out, kind, json.dumps(index).encode()))


def push(path, repository, *arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("--repository", default=repository)
    parser.add_argument("--tag", action="append", default=[])
    options = parser.parse_args(arguments)
    digest = json.loads(read(path, "index.json"))["manifests"][0]["digest"]
    pushed = "{}@{}".format(options.repository, digest)
    subprocess.run(["crane", "push", path, pushed], check=True)
    for tag in options.tag:
        subprocess.run(["crane", "tag", pushed, tag], check=True)


def load(tag, *parts):
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "image.tar")
        write_archive(file, tag, *parts)
        subprocess.run(["docker", "load", "--input", file], check=True)


command, *arguments = sys.argv[1:]
commands = {"tar": write_tar, "image": write_image, "config": write_config, "digest": write_digest, "archive": write_archive, "index": write_index, "load": load, "push": push}
commands[command](*arguments)
