import pathlib
import sys

PROBE = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROBE))
