"""Prints the entries of all image files in a folder, as the library of CRIU reads them: JSON with numbers as texts, bytes in base64."""
import json
import os
import sys

from pycriu import images


def plain(value):
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


files = {}
for name in sorted(os.listdir(sys.argv[1])):
    if name.endswith(".img") and not name.startswith("pages-"):
        with open(os.path.join(sys.argv[1], name), "rb") as file:
            files[name] = plain(images.load(file, False)["entries"])
json.dump(files, sys.stdout)
