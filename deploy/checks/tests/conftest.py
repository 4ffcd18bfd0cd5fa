import importlib.machinery
import importlib.util
import pathlib

CHECKS = pathlib.Path(__file__).resolve().parent.parent


def load(name):
    """A program of this folder as a module."""
    loader = importlib.machinery.SourceFileLoader(name, str(CHECKS / name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    loader.exec_module(module)
    return module
