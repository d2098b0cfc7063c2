"""Exports, found by the name of their format."""

import json


class Exporter:
    def __init__(self, rows):
        self.rows = rows

    def export(self, format):
        method = getattr(self, f"export_{format}", None)
        if method is None:
            raise ValueError(f"unknown format: {format}")
        return method()

    def export_csv(self):
        return "\n".join(f"{row['id']},{row['sku']},{row['total']}" for row in self.rows)

    def export_json(self):
        return json.dumps(self.rows)
