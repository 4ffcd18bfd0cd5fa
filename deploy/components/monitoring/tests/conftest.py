import pathlib
import sys

MONITORING = pathlib.Path(__file__).resolve().parent.parent
DEPLOY = MONITORING.parent.parent
sys.path.insert(0, str(MONITORING))
