"""Write the sample files: python -m pipelines.simulate --out data/sample."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipelines.settings import Settings
from pipelines.simulate import simulate, write_sample


def main(arguments: list[str] | None = None) -> None:
    """Write the demo organisation, by default the committed sample."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.simulate", description=__doc__)
    parser.add_argument("--out", type=Path, default=Settings().sample_root)
    chosen = parser.parse_args(arguments)
    for path in write_sample(simulate(), chosen.out):
        print(f"{path.name}\t{path.stat().st_size:,} 字节")


if __name__ == "__main__":
    main()
