"""The table of metrics as `docs/operations.md` has it, made from what is declared."""

from connectors.metrics import DECLARED, Metric

HEAD = "| metric | says |\n| --- | --- |"


def table() -> str:
    return "\n".join([HEAD, *(f"| `{series(one)}` | {one.says} |" for one in DECLARED)])


def series(metric: Metric) -> str:
    return f"{metric.name}{{{','.join(metric.labels)}}}" if metric.labels else metric.name
