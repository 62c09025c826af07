"""``python -m pipelines.annotate MEMORY SECONDS``: the child of ``annotated_in_child``."""

import sys

from pipelines.annotate.child import main

sys.exit(main(sys.argv[1:]))
