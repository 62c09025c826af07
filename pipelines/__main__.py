"""同频 on the command line: inspect a file, import it, undo it, build, look after the store."""

from __future__ import annotations

import sys

from pipelines.cli.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
