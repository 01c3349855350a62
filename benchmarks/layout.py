"""OCI image layouts made layer by layer: the same input gives the same bytes."""

import calendar
import gzip
import hashlib
import json
import os
import pathlib
import shutil
import tarfile
import zipfile

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
NAME = "org.opencontainers.image.ref.name"
LEVEL = 6  # of gzip, as Docker, BuildKit and Podman compress layers


class Hashing:
    """Passes on what is written to it, and keeps its length and digest."""

    def __init__(self, next_one):
        self.next_one, self.length, self.hash = next_one, 0, hashlib.sha256()

    def write(self, data):
        self.length += len(data)
        self.hash.update(data)
        return self.next_one.write(data)

    def flush(self):
        self.next_one.flush()

    @property
    def digest(self):
        return f"sha256:{self.hash.hexdigest()}"


class Layout:
    """One image in a directory of its own, named `latest` once it is finished."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.blobs = self.directory / "blobs/sha256"
        shutil.rmtree(self.directory, ignore_errors=True)
        self.blobs.mkdir(parents=True)
        self.layers = []
        self.config = {
            "architecture": "amd64", "os": "linux", "config": {},
            "rootfs": {"type": "layers", "diff_ids": []},
        }

    @classmethod
    def on(cls, base, directory):
        """A new layout with the layers and the configuration of another's image."""
        base, new = pathlib.Path(base), cls(directory)
        manifest = new.take(base, json.loads((base / "index.json").read_text())["manifests"][0])
        new.config = new.take(base, manifest["config"])
        new.config.pop("history", None)
        new.layers = manifest["layers"]
        for layer in new.layers:
            name = layer["digest"].split(":")[1]
            try:
                os.link(base / "blobs/sha256" / name, new.blobs / name)
            except OSError:
                shutil.copyfile(base / "blobs/sha256" / name, new.blobs / name)
        return new

    @staticmethod
    def take(base, descriptor):
        name = descriptor["digest"].split(":")[1]
        return json.loads((base / "blobs/sha256" / name).read_text())

    def document(self, media_type, value):
        data = json.dumps(value, sort_keys=True).encode()
        name = hashlib.sha256(data).hexdigest()
        (self.blobs / name).write_bytes(data)
        return {"mediaType": media_type, "digest": f"sha256:{name}", "size": len(data)}

    def layer(self, fill):
        """Adds what `fill` writes to the tar archive that it is given."""
        partial = self.blobs / "partial"
        with open(partial, "wb") as file:
            stored = Hashing(file)
            with gzip.GzipFile("", "wb", LEVEL, stored, mtime=0) as packed:
                plain = Hashing(packed)
                with tarfile.open(fileobj=plain, mode="w|", format=tarfile.PAX_FORMAT) as tar:
                    fill(tar)
        partial.rename(self.blobs / stored.digest.split(":")[1])
        self.layers.append({"mediaType": LAYER, "digest": stored.digest, "size": stored.length})
        self.config["rootfs"]["diff_ids"].append(plain.digest)

    def finish(self):
        manifest = self.document(MANIFEST, {
            "schemaVersion": 2, "mediaType": MANIFEST,
            "config": self.document(CONFIG, self.config), "layers": self.layers,
        })
        manifest["annotations"] = {NAME: "latest"}
        (self.directory / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
        (self.directory / "index.json").write_text(
            json.dumps({"schemaVersion": 2, "manifests": [manifest]}))


PREFIX = "usr/local"
SITE = f"{PREFIX}/lib/python3.11/dist-packages"
SCHEME = {
    "purelib": SITE, "platlib": SITE, "data": PREFIX, "scripts": f"{PREFIX}/bin",
    "headers": f"{PREFIX}/include",
}


def installed(name):
    """Where pip puts a member of a wheel."""
    parts = name.split("/", 2)
    if parts[0].endswith(".data") and len(parts) == 3:
        return f"{SCHEME[parts[1]]}/{parts[2]}"
    return f"{SITE}/{name}"


def entry(path, kind, mode, mtime, size=0):
    info = tarfile.TarInfo(path)
    info.type, info.mode, info.mtime, info.size = kind, mode, mtime, size
    return info


def wheels(paths):
    """A layer with what these wheels hold, as `pip install --no-deps --no-compile` lays it out."""

    def fill(tar):
        archives = [zipfile.ZipFile(path) for path in sorted(paths)]
        files = {
            installed(member.filename): (archive, member)
            for archive in archives for member in archive.infolist() if not member.is_dir()
        }
        known = set()
        for path in sorted(files, key=lambda path: path.split("/")):
            archive, member = files[path]
            for above in list(reversed(pathlib.PurePosixPath(path).parents))[1:]:
                if above not in known:
                    known.add(above)
                    tar.addfile(entry(str(above), tarfile.DIRTYPE, 0o755, 0))
            mode = 0o755 if member.external_attr >> 16 & 0o111 else 0o644
            mtime = calendar.timegm((*member.date_time, 0, 0, 0))
            with archive.open(member) as content:
                tar.addfile(entry(path, tarfile.REGTYPE, mode, mtime, member.file_size), content)
        for archive in archives:
            archive.close()

    return fill


def tree(root):
    """A layer with what a directory holds, owned as it is there."""

    def fill(tar):
        for name in sorted(os.listdir(root)):
            tar.add(pathlib.Path(root) / name, name)

    return fill
