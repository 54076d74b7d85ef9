"""The judgement of `make soak`: what is flat, what grows, and what a stray does."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

FILE = Path(__file__).resolve().parent.parent / "benchmarks" / "soak" / "figures.py"


@pytest.fixture(scope="module")
def figures() -> ModuleType:
    spec = importlib.util.spec_from_file_location("figures", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["figures"] = module
    spec.loader.exec_module(module)
    return module


def samples(figures: ModuleType, resident: list[float]) -> list[object]:
    return [figures.Sample(float(second), value, 10, 20, 5, 2) for second, value in enumerate(resident)]


def test_what_grows_during_the_warm_up_is_flat(figures: ModuleType) -> None:
    warm = [*range(0, 100, 1), *[100.0] * 400]
    assert figures.growth(samples(figures, warm), "resident") == (100.0, 0.0)


def test_what_goes_on_growing_is_found(figures: ModuleType) -> None:
    _, rise = figures.growth(samples(figures, [50 + second / 10 for second in range(500)]), "resident")
    assert rise == pytest.approx(39.9, rel=0.01)


def test_a_stray_is_no_growth(figures: ModuleType) -> None:
    strays = [500.0 if second % 50 == 49 else 100.0 for second in range(500)]
    assert figures.growth(samples(figures, strays), "resident") == (100.0, 0.0)


def test_the_plot_has_a_line_for_each_figure(figures: ModuleType) -> None:
    svg = figures.plot(samples(figures, [1.0, 2.0, 3.0]), [("resident", "memory"), ("fds", "descriptors")])
    assert svg.count("<polyline") == 2
    assert "memory" in svg
