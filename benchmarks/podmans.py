"""Debian's podman for measurements: runc, cgroupfs, the host's network, storage of its own."""

import os
import pathlib
import resource
import subprocess

from paired import run


def configure(files, store=None):
    """The environment of a podman that keeps everything below a new directory; `store` is an
    additional image store."""
    files.mkdir()
    extra = f'[storage.options]\nadditionalimagestores = ["{store}"]\n' if store else ""
    (files / "storage.conf").write_text(
        f'[storage]\ndriver = "overlay"\nrunroot = "{files}/run"\ngraphroot = "{files}/graph"\n'
        + extra)
    nofile = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    nproc = pathlib.Path("/proc/sys/kernel/pid_max").read_text().strip()
    (files / "containers.conf").write_text(
        f'[containers]\ndefault_ulimits = ["nofile={nofile}:{nofile}", "nproc={nproc}:{nproc}"]\n'
        'netns = "host"\n[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\n'
        'events_logger = "none"\n')
    (files / "registries.conf").write_text("unqualified-search-registries = []\n")
    return dict(
        os.environ, CONTAINERS_STORAGE_CONF=str(files / "storage.conf"),
        CONTAINERS_CONF=str(files / "containers.conf"),
        CONTAINERS_REGISTRIES_CONF=str(files / "registries.conf"))


def podman(env, *words):
    run("podman", *words, env=env)


def release(files):
    """Unmounts what podman leaves mounted."""
    subprocess.run(["umount", "-q", files / "graph/overlay"], stderr=subprocess.DEVNULL)
