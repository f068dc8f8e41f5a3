"""Figures of a run: kept as lines `name value unit`, summed up as medians."""

import statistics
from datetime import date
from pathlib import Path


class Results:
    """Figures by (job, server, pinning), one a round."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, str, str], dict[str, list[float]]] = {}
        self._units: dict[str, str] = {}

    def add(self, job: str, server: str, pinning: str, lines: str) -> None:
        """Takes what a generator printed."""
        figures = self._values.setdefault((job, server, pinning), {})
        for line in lines.splitlines():
            name, value, unit = line.split()
            figures.setdefault(name, []).append(float(value))
            self._units[name] = unit

    def median(self, job: str, server: str, pinning: str, name: str) -> float | None:
        values = self._values.get((job, server, pinning), {}).get(name)
        return statistics.median(values) if values else None

    def spread(self, job: str, server: str, pinning: str, name: str) -> tuple[float, float] | None:
        values = self._values.get((job, server, pinning), {}).get(name)
        return (min(values), max(values)) if values else None

    def jobs(self) -> list[str]:
        """The jobs in the order in which they ran, without the number of connections that a name ends with."""
        return list(dict.fromkeys(job.rpartition("-")[0] for job, _, _ in self._values))

    def write(self, path: Path, benchmark: str, facts: dict[str, str]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [f"# {benchmark}, {date.today().isoformat()}"] + [f"# {name}: {value}" for name, value in facts.items()]
        for (job, server, pinning), figures in self._values.items():
            for name, values in figures.items():
                figure = f"{benchmark}.{job}.{server}.{pinning}.{name}"
                lines.append(f"{figure} {statistics.median(values):.10g} {self._units[name]}")
        path.write_text("\n".join(lines) + "\n")
