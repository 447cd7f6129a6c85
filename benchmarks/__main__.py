"""`make bench`: every benchmark of the project, one after the other, each with its ratios."""

import importlib
import pkgutil

import benchmarks


def main() -> None:
    for module in sorted(item.name for item in pkgutil.iter_modules(benchmarks.__path__) if item.name != "__main__"):
        loaded = importlib.import_module(f"benchmarks.{module}")
        print(f"\n== {module}: {(loaded.__doc__ or '').strip().splitlines()[0]}")
        loaded.main()


if __name__ == "__main__":
    main()
