"""Installs PyTorch into the folder of the packages, unless the machine or the image has it.

It is not among the locked packages: which build is right depends on the machine (processor, driver of the GPU), images for training
have one that fits theirs, and the one of the package index weighs some gigabytes.
"""

import importlib.util
import subprocess
import sys

VERSION = "2.8.0"


def main():
    if importlib.util.find_spec("torch"):
        print("PyTorch is there")
        return
    print(f"PyTorch {VERSION} is installed; an image that has it saves that", flush=True)
    options = ["--quiet", "--quiet", "--disable-pip-version-check", "--root-user-action", "ignore", "--no-compile", "--only-binary", ":all:"]
    subprocess.run(
        [sys.executable, "-m", "pip", "install", *options, "--cache-dir", ".cache/pip", "--target", sys.argv[1], f"torch=={VERSION}"],
        check=True,
    )


if __name__ == "__main__":
    main()
