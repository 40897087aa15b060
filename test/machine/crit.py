"""Decodes files of CRIU with CRIU's own reader: a line of JSON with paths in, a line of JSON with their contents or the error out."""
import json
import sys

from pycriu import images


def exact(value):
    """Numbers that JSON in JavaScript would round become objects."""
    if isinstance(value, dict):
        return {name: exact(member) for name, member in value.items()}
    if isinstance(value, list):
        return [exact(member) for member in value]
    if isinstance(value, int) and abs(value) > 2**53 - 1:
        return {"bigint": str(value)}
    return value


def decoded(path):
    try:
        with open(path, "rb") as file:
            return exact(images.load(file))
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


json.dump([decoded(path) for path in json.load(sys.stdin)], sys.stdout)
