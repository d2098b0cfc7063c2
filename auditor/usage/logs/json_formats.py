"""JSON lines and OTLP spans -> the parts of a request, as SQL.

In: where the fields are. Out: queries over `lines (line)`, of which `valid` ones are JSON, that give the columns of
`line_formats.Parsed`. Every path and name is a quoted literal.
"""

from auditor.usage.logs.json_fields import JsonFields
from auditor.usage.logs.line_formats import BROKEN, OTHER, REQUEST, REQUEST_LINE, TIMELESS, UNREADABLE, Parsed
from auditor.usage.logs.places import quoted

TRIMMED = "trim(line, chr(0) || chr(10) || chr(13) || chr(65279) || ' ')"
"""A line as JSON wants it: what a cut file or an editor puts before it is no part of it."""

_VALID = "CASE WHEN valid THEN line END"
"""What may be taken apart. The CASE stands around the line: around a list of what was found it costs a tenth of all."""
_SMELL = r'"(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)[" ]'
_WITH_UNIT = r"^([0-9.]+) ?(ns|us|µs|μs|ms|s)$"
_SPAN_ATTRIBUTES = {
    "verb": ("http.request.method", "http.method"),
    "path": ("url.path", "http.target", "url.full", "http.url"),
    "route": ("http.route",),
    "status": ("http.response.status_code", "http.status_code"),
}


def json_lines(fields: JsonFields) -> Parsed:
    """Return how JSON lines are read."""
    ways = list(dict.fromkeys(path for paths in fields.paths.values() for path in paths))
    literals = ", ".join(map(quoted, ways))

    def first(field: str) -> str:
        found = [f"found[{ways.index(path) + 1}]" for path in fields.paths[field]]
        return f"coalesce({', '.join(found)})" if len(found) > 1 else found[0] if found else "NULL::VARCHAR"

    asked = first("request")
    verb, target = first("method"), first("path")
    if asked != "NULL::VARCHAR":
        verb = f"coalesce({verb}, nullif(regexp_extract({asked}, {quoted(REQUEST_LINE)}, 1), ''))"
        target = f"coalesce({target}, nullif(regexp_extract({asked}, {quoted(REQUEST_LINE)}, 2), ''))"
    unknown = f"WHEN regexp_matches(line, {quoted(_SMELL)}) THEN {UNREADABLE}" if not fields.told else ""
    query = f"""
    SELECT line, CASE WHEN line IS NULL THEN {BROKEN}
            WHEN NOT valid THEN CASE WHEN starts_with(line, '{{') THEN {UNREADABLE} ELSE {OTHER} END
            WHEN verb IS NOT NULL AND coalesce(target, route) IS NOT NULL
            THEN CASE WHEN clock IS NULL THEN {TIMELESS} ELSE {REQUEST} END
            {unknown} ELSE {OTHER} END::TINYINT AS state,
        verb, target, route, status, clock, {_micros("took", fields.unit)} AS micros, sampled
    FROM (
        SELECT line, valid, {verb} AS verb, {target} AS target, {first("route")} AS route, {first("status")} AS status,
            {first("timestamp")} AS clock, {first("duration")} AS took,
            {f"try_cast({first('sampled')} AS DOUBLE) > 1" if fields.paths["sampled"] else "false"} AS sampled
        FROM (SELECT line, valid, json_extract_string({_VALID}, [{literals}]) AS found FROM lines)
    )
    """
    return Parsed(
        query,
        "any",
        timed=bool(fields.paths["duration"]),
        routes=bool(fields.paths["route"]),
        may_be_sampled=bool(fields.paths["sampled"]),
    )


def otlp_spans() -> Parsed:
    """Return how the OTLP JSON of an OpenTelemetry file exporter is read: each server span is a request."""
    picked = {name: _attribute(names) for name, names in _SPAN_ATTRIBUTES.items()}
    started, ended = (
        f"try_cast(json_extract_string(span, '$.{side}TimeUnixNano') AS DOUBLE)" for side in ("start", "end")
    )
    query = f"""
    SELECT line, CASE WHEN line IS NULL THEN {BROKEN}
            WHEN NOT valid AND starts_with(line, '{{') THEN {UNREADABLE}
            WHEN span IS NULL THEN {OTHER}
            WHEN NOT server OR verb IS NULL THEN {OTHER}
            WHEN coalesce(target, route) IS NULL THEN {UNREADABLE}
            WHEN clock IS NULL THEN {TIMELESS} ELSE {REQUEST} END::TINYINT AS state,
        verb, target, route, status, clock, micros, false AS sampled
    FROM (
        SELECT line, valid, span, json_extract_string(span, '$.kind') IN ('2', 'SPAN_KIND_SERVER') AS server,
            {picked["verb"]} AS verb, {picked["path"]} AS target, {picked["route"]} AS route,
            {picked["status"]} AS status, json_extract_string(span, '$.startTimeUnixNano') AS clock,
            ({ended} - {started}) / 1e3 AS micros
        FROM (
            SELECT line, valid, span, json_extract(span, '$.attributes[*]') AS attributes
            FROM (
                SELECT line, valid, unnest(CASE WHEN len(spans) > 0 THEN spans ELSE [NULL] END) AS span
                FROM (SELECT line, valid, CASE WHEN valid THEN
                        json_extract(line, '$.resourceSpans[*].scopeSpans[*].spans[*]') END AS spans FROM lines)
            )
        )
    )
    """
    return Parsed(query, "any", timed=True, routes=True, many_a_line=True)


def _attribute(names: tuple[str, ...]) -> str:
    """Return the expression of the first of some attributes that a span has."""
    values = []
    for name in names:
        held = f"list_filter(attributes, lambda a: json_extract_string(a, '$.key') = {quoted(name)})[1]"
        values += [
            f"json_extract_string({held}, '$.value.stringValue')",
            f"json_extract_string({held}, '$.value.intValue')",
        ]
    return f"coalesce({', '.join(values)})"


def _micros(took: str, unit: float) -> str:
    """Return the expression of a duration's microseconds: a number in `unit`, or a text that names its own."""
    number = f"regexp_extract({took}, {quoted(_WITH_UNIT)}, 1)"
    named = f"regexp_extract({took}, {quoted(_WITH_UNIT)}, 2)"
    return (
        f"CASE WHEN ends_with({took}, 's') THEN try_cast({number} AS DOUBLE) * "
        f"CASE {named} WHEN 's' THEN 1e6 WHEN 'ms' THEN 1e3 WHEN 'ns' THEN 1e-3 ELSE 1 END "
        f"ELSE try_cast({took} AS DOUBLE) * {unit!r} END"
    )
