"""Charts as SVG drawn here: no script, no style of their own, a table of the same numbers beside each."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. `mark` is a class of the style sheet: late, soon or calm."""

    label: str
    value: float
    mark: str = "calm"
    title: str = ""


def columns(bars: Sequence[Bar], label: str, *, every: int = 1, height: int = 120, width: int = 560) -> Markup:
    """Upright bars over time. `every`: how many bars share one label below; `label` says what it shows."""
    gap, foot = 2, 18
    top = max((bar.value for bar in bars), default=0) or 1
    step = width / max(len(bars), 1)
    parts = [_open(width, height + foot, label)]
    for line in (0.5, 1.0):
        y = height - line * (height - 14)
        parts.append(f'<line class="grid" x1="0" x2="{width}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="scale" x="{width}" y="{y - 3:.1f}" text-anchor="end">{_short(top * line)}</text>')
    for at, bar in enumerate(bars):
        tall = bar.value / top * (height - 14)
        parts.append(
            f'<rect class="{escape(bar.mark)}" x="{at * step + gap / 2:.1f}" y="{height - tall:.1f}" '
            f'width="{max(step - gap, 1):.1f}" height="{tall:.1f}"><title>{escape(bar.title or bar.label)}: '
            f"{_short(bar.value)}</title></rect>"
        )
        if at % every == 0:
            parts.append(f'<text x="{at * step:.1f}" y="{height + foot - 4}">{escape(bar.label)}</text>')
    parts.append(f'<line class="axis" x1="0" x2="{width}" y1="{height}" y2="{height}"/></svg>')
    return Markup("".join(parts))  # noqa: S704 - every value above is escaped or a number


def rows(bars: Sequence[Bar], label: str) -> Markup:
    """Lying bars with their names, longest first as given."""
    width, line, name = 560, 24, 210
    top = max((bar.value for bar in bars), default=0) or 1
    parts = [_open(width, max(len(bars), 1) * line, label)]
    for at, bar in enumerate(bars):
        y = at * line
        long = bar.value / top * (width - name - 60)
        parts.append(f'<text x="0" y="{y + 16}">{escape(bar.label[:34])}</text>')
        parts.append(f'<rect class="{escape(bar.mark)}" x="{name}" y="{y + 4}" width="{long:.1f}" height="14"/>')
        parts.append(f'<text class="value" x="{name + long + 6:.1f}" y="{y + 16}">{_short(bar.value)}</text>')
    return Markup("".join(parts) + "</svg>")  # noqa: S704


def _open(width: int, height: int, label: str) -> str:
    wide = " wide" if width > 800 else ""
    return f'<svg class="chart{wide}" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label)}">'


def _short(value: float) -> str:
    return f"{value:.0f}" if value == int(value) else f"{value:.1f}"


def quantile(values: Sequence[float], share: float) -> float | None:
    """The value below which a share of ascending values lies, None of none."""
    if not values:
        return None
    return values[min(len(values) - 1, int(share * len(values)))]
