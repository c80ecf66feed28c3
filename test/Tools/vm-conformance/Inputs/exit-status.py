"""Runs a command; succeeds if its exit status is as given.

    exit-status.py STATUS COMMAND...
"""

import subprocess
import sys

sys.exit(subprocess.run(sys.argv[2:], check=False).returncode != int(sys.argv[1]))
