"""The images that are measured: those of `fixtures/images/make`, and wheels on top of them.

FIRN_IMAGES names a directory to keep them in, and the wheels below it, for the next run; without
it they are made in a temporary one. Wheels come from pip's index, once.
"""

import contextlib
import os
import pathlib
import shutil
import sys
import tempfile

from layout import Layout, wheels
from paired import run

ROOT = pathlib.Path(__file__).resolve().parent.parent
TORCH = "torch==2.15.0"
ADDED = "transformers==5.23.0"  # 53 MB in 2,900 files


@contextlib.contextmanager
def directory():
    """Where the images are: the user's directory, or one that goes away afterwards."""
    kept = os.environ.get("FIRN_IMAGES")
    if kept:
        pathlib.Path(kept).mkdir(parents=True, exist_ok=True)
        yield pathlib.Path(kept)
    else:
        with tempfile.TemporaryDirectory(prefix="firn-images") as temporary:
            yield pathlib.Path(temporary)


def fetched(images, name, *options):
    """The wheels that `pip download` of these options gives, in a directory of this name."""
    place = images / "wheels" / name
    if not place.exists():
        partial = place.with_name(f"{name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        run(sys.executable, "-m", "pip", "download", "--quiet", "--only-binary=:all:",
            "--dest", partial, *options)
        partial.rename(place)
    return sorted(place.glob("*.whl"))


def made(images, name, build):
    """The layout of this name, which `build` makes when it is not there yet."""
    layout, done = images / name, images / f"{name}.done"
    if not done.exists():
        build(layout)
        done.touch()
    return layout


def fixture(images, kind):
    run(ROOT / "fixtures/images/make", images, kind)
    return images / kind


def pytorch(images):
    """Debian; Python with NumPy and SciPy; CUDA's libraries; torch with all else it needs: 6 GB."""

    def build(target):
        found = fetched(images, TORCH.replace("==", "-"), TORCH)
        cuda = [path for path in found if path.name.startswith(("nvidia", "cuda"))]
        layout = Layout.on(fixture(images, "python"), target)
        layout.layer(wheels(cuda))
        layout.layer(wheels(set(found) - set(cuda)))
        layout.finish()

    return made(images, "pytorch", build)


def derived(images, base):
    """An image and one layer of 50 MB more."""

    def build(target):
        layout = Layout.on(base, target)
        layout.layer(wheels(fetched(images, ADDED.replace("==", "-"), "--no-deps", ADDED)))
        layout.finish()

    return made(images, f"{base.name}-derived", build)


def configured(images, base):
    """An image with the same layers and another configuration."""

    def build(target):
        layout = Layout.on(base, target)
        layout.config.setdefault("config", {})["Labels"] = {"firn": "benchmark"}
        layout.finish()

    return made(images, f"{base.name}-configured", build)
