"""Stands for the tools behind rules_oci and rules_docker (Go programs, jq, bsdtar): layers, images and loading, byte for byte reproducible.

image.py tar OUT MTREE                      a layer from mtree lines: PATH uid=.. gid=.. mode=.. time=.. type=file content=FILE
image.py image OUT BASE SETTINGS LAYER...   an image, as an OCI layout if BASE is one and a Docker archive if it is one
image.py digest OUT ARCHIVE                 the digest of the manifest that a registry would get, with layers as they are in the archive
image.py load IMAGE TAG                     into Docker
"""

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
            path = os.path.join(out, "blobs", "sha256", sha256(data))
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(data)
            return {"mediaType": kind, "digest": "sha256:" + sha256(data), "size": len(data)}

        manifest = dict(self.manifest, config=put(self.manifest["config"]["mediaType"], json.dumps(self.config, sort_keys=True).encode()))
        manifest["layers"] = [put(layer["mediaType"], data) for layer, data in self.layers]
        kind = "application/vnd.oci.image.manifest.v1+json"
        index = {"schemaVersion": 2, "manifests": [put(kind, json.dumps(manifest, sort_keys=True).encode())]}
        with open(os.path.join(out, "index.json"), "w") as file:
            json.dump(index, file)
        with open(os.path.join(out, "oci-layout"), "w") as file:
            file.write('{"imageLayoutVersion": "1.0.0"}')


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
{"tar": write_tar, "image": write_image, "digest": write_digest, "load": load}[command](*arguments)
