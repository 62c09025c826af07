"""Where the tests find the source files as organisations have them."""

from pathlib import Path

EXAMPLES = Path(__file__).parent / "fixtures" / "examples"
