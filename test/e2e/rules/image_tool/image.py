"""Stands for the tools behind rules_oci and rules_docker (Go programs, jq, bsdtar): layers, images and loading, byte for byte reproducible.

image.py tar OUT MTREE                      a layer from mtree lines: PATH uid=.. gid=.. mode=.. time=.. type=file content=FILE
image.py image OUT BASE SETTINGS LAYER...   an image, as an OCI layout if BASE is one and a Docker archive if it is one
image.py digest OUT ARCHIVE                 the digest of the manifest that a registry would get, with layers as they are in the archive
image.py index OUT IMAGE...                 an index of images, as an OCI layout
image.py load IMAGE TAG                     into Docker
image.py push IMAGE REPOSITORY ARGUMENT...  an OCI layout to a registry, by the machine's crane: by its digest, then --tag by --tag
"""

import argparse
import gzip
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
    """A folder: blobs by digest, found from index.json."""

    def __init__(self, path):
        self.path = path
        self.manifest = json.loads(self.blob(json.loads(read(path, "index.json"))["manifests"][0]))
        self.config = json.loads(self.blob(self.manifest["config"]))
        self.layers = [(layer, self.blob(layer)) for layer in self.manifest["layers"]]

    def blob(self, descriptor):
        return read(self.path, "blobs", "sha256", descriptor["digest"].split(":")[1])

    def append(self, tar):
        data = gzip.compress(tar, mtime=0)
        self.layers.append(({"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip"}, data))

    def write(self, out):
        def put(kind, data):
            return put_blob(out, kind, data)

        manifest = dict(self.manifest, config=put(self.manifest["config"]["mediaType"], json.dumps(self.config, sort_keys=True).encode()))
        manifest["layers"] = [put(layer["mediaType"], data) for layer, data in self.layers]
        kind = "application/vnd.oci.image.manifest.v1+json"
        write_layout(out, put(kind, json.dumps(manifest, sort_keys=True).encode()))


class DockerArchive:
    """A tar: manifest.json names the config and the layers, uncompressed."""

    def __init__(self, path):
        with tarfile.open(path) as tar:
            manifest = json.load(tar.extractfile("manifest.json"))[0]
            self.config = json.load(tar.extractfile(manifest["Config"]))
            self.layers = [({}, tar.extractfile(name).read()) for name in manifest["Layers"]]

    def append(self, tar):
        self.layers.append(({}, tar))

    def write(self, out, tag=None):
        config = json.dumps(self.config, sort_keys=True).encode()
        layers = [(sha256(data) + "/layer.tar", data) for _, data in self.layers]
        manifest = {"Config": sha256(config) + ".json", "RepoTags": [tag] if tag else [], "Layers": [name for name, _ in layers]}
        with tarfile.open(out, "w", format=tarfile.GNU_FORMAT) as tar:
            for name, data in [(manifest["Config"], config), *layers, ("manifest.json", json.dumps([manifest]).encode())]:
                add(tar, name, data)


def open_image(path):
    return OciLayout(path) if os.path.isdir(path) else DockerArchive(path)


def write_image(out, base, settings, *tars):
    image = open_image(base)
    for tar in map(read, tars):
        image.append(tar)
        image.config["rootfs"]["diff_ids"].append("sha256:" + sha256(tar))
        image.config.setdefault("history", []).append({"created": "1970-01-01T00:00:00Z", "created_by": "bazel"})
    changed = json.loads(settings)
    # Variables are added to those of the base.
    changed["Env"] = image.config["config"].get("Env", []) + changed.get("Env", [])
    image.config["config"].update(changed)
    image.write(out)


def write_digest(out, path):
    archive, kind = DockerArchive(path), "application/vnd.docker."

    def descriptor(what, data):
        return {"mediaType": kind + what, "size": len(data), "digest": "sha256:" + sha256(data)}

    manifest = {
        "schemaVersion": 2,
        "mediaType": kind + "distribution.manifest.v2+json",
        "config": descriptor("container.image.v1+json", json.dumps(archive.config, sort_keys=True).encode()),
        "layers": [descriptor("image.rootfs.diff.tar.gzip", data) for _, data in archive.layers],
    }
    with open(out, "w") as file:
        file.write("sha256:" + sha256(json.dumps(manifest, separators=(",", ":")).encode()))


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


def load(path, tag):
    image = open_image(path)
    archive = DockerArchive.__new__(DockerArchive)
    gzipped = lambda data: data[:2] == b"\x1f\x8b"
    archive.config = image.config
    archive.layers = [({}, gzip.decompress(data) if gzipped(data) else data) for _, data in image.layers]
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "image.tar")
        archive.write(file, tag)
        subprocess.run(["docker", "load", "--input", file], check=True)


command, *arguments = sys.argv[1:]
commands = {"tar": write_tar, "image": write_image, "digest": write_digest, "index": write_index, "load": load, "push": push}
commands[command](*arguments)
