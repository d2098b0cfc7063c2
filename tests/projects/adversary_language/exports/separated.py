"""Exporters that nobody names."""

from registry import Exporter


class CsvExporter(Exporter):
    @classmethod
    def export(cls) -> str:
        return f"csv{cls._separator()}"

    @staticmethod
    def _separator() -> str:
        return ";"


class TsvExporter(CsvExporter):
    @staticmethod
    def _separator() -> str:
        return "\t"

    def align(self) -> None:  # expect: unreached
        pass
