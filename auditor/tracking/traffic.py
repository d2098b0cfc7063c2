"""Who asks: people and programs, health checks, crawlers. In: method, usage key, user agent. Out: the kind to count in.

What is unsure counts as a call: a probe that is taken for a call makes a dead route look used, which is a pity; a call
that is taken for a probe makes a used route look dead. So monitors and crawlers are known by name; what writes (POST
and so on) is a call whoever sends it, for Slack, Google and Prometheus deliver under the names they crawl with; and a
browser that asks a health-check route is a call. What is configured as a probe is always one. Nothing is dropped.
"""

import re
from collections.abc import Iterable

from auditor.tracking.layout import CALLS

PROBES, BOTS = "probes", "bots"

_LONGEST_AGENT = 400
_MOST_KNOWN = 1024
_READING = frozenset({"GET", "HEAD", "OPTIONS"})

_MONITORS_FIRST = (
    "kube-probe/", "elb-healthchecker/", "googlehc/", "consul health check", "envoy/hc", "edge health probe",
    "load balancer agent", "azure traffic manager endpoint monitor", "amazon-route53-health-check-service",
    "healthcheck/", "readyforrequest/", "railwayhealthcheck/", "fly-healthcheck/", "pingdom", "uptime-kuma/",
    "checkly/", "updown.io", "nodeping", "newrelicpinger/", "hetrixtools", "better uptime bot", "better stack",
    "googlestackdrivermonitoring-uptimechecks", "synthetic-monitoring-agent/", "prometheus/", "vm_promscrape",
    "blackbox exporter/", "blackbox-exporter/", "datadog agent/", "datadogsynthetics", "datadog/synthetics", "zabbix",
    "check_http/", "icinga/", "monit/", "sensu-http-check", "elastic-heartbeat/", "statuscake",
)  # fmt: skip
"""How the user agents of load balancers and monitors begin. curl and plain HTTP libraries are programs like others."""

_MONITORS = (
    "uptimerobot/", "pingdom", "statuscake", "better uptime bot", "site24x7", "freshpingbot/", "ohdear", "catchpoint",
    "prtg network monitor", "cloudflare-healthchecks/", "cloudflare-traffic-manager/", "cloudwatchsynthetics/",
    "datadogsynthetics", "newrelicsynthetics", "dynatracesynthetic", "ruxitsynthetic", "; appinsights)",
    "hetrixtools", "wormly",
)  # fmt: skip
"""What monitors add to the user agent of a browser."""

_CRAWLERS = (
    "apis-google", "feedfetcher-google", "mediapartners-google", "google-inspectiontool", "googleother",
    "google-safety", "google-site-verification", "google favicon", "google-adwords", "chrome-lighthouse",
    "bingpreview/", "yahoo! slurp", "yandex.com/bots", "360spider", "yeti/1", "ia_archiver", "nutch", "heritrix",
    "scrapy/", "facebookexternalhit/", "facebookcatalog/", "meta-externalagent/", "meta-externalfetcher/",
    "kakaotalk-scrap/", "skypeuripreview", "link preview", "embedly/", "w3c_validator/", "chatgpt-user",
    "perplexity-user", "mistralai-user", "claude-user", "claude-web", "anthropic-ai",
)  # fmt: skip
"""Parts of the user agents of crawlers and link previews that no bot, crawler or spider is part of."""

_BOT_WORDS = ("bot", "crawl", "spider")
_BOT = re.compile(r"(?<!cu)(?<!iro)bot(?![a-z])|crawler(?![a-z])|crawling(?![a-z])|spider(?![a-z])")
"""Googlebot/2.1, bingbot; Baiduspider+ and so on. CUBOT makes phones, iRobot has an app."""

_HEALTH = frozenset({
    "healthz", "livez", "readyz", "startupz", "healthcheck", "healthchecks", "health-check", "health_check", "_health",
    "__health", "_healthz", "liveness", "readiness", "liveness-probe", "readiness-probe", "__heartbeat__",
    "__lbheartbeat__",
})  # fmt: skip
"""Last parts of templates that are made for health checks, wherever they stand."""

_HEALTH_WORDS = frozenset({"health", "healthy", "ready", "live", "alive", "ping", "heartbeat", "up"})
"""Words that mean a health check only where nothing of the application stands before: `/orders/ready` is a list."""

_TOP = re.compile(r"|-|_|api|v\d+|internal|system|management|actuator|monitoring|_?healthz?|probes?")

_MONITOR, _CRAWLER, _BROWSER, _PROGRAM, _CONFIGURED = "monitor", "crawler", "browser", "program", "configured"
_PLAIN, _CHECK = "plain", "check"


class Traffic:
    """Tells calls, probes and bots of one application apart. Its memory is bounded, whatever clients send.

    Args:
        probes: What else is a probe: parts of user agents ("our-monitor") and whole templates ("/internal/warm").
    """

    def __init__(self, probes: Iterable[str] = ()) -> None:
        given = [probe.strip() for probe in ((probes,) if isinstance(probes, str) else probes)]
        self._templates = frozenset(probe for probe in given if probe.startswith("/"))
        self._agents = tuple(probe.lower() for probe in given if probe and not probe.startswith("/"))
        self._callers: dict[str | bytes, str] = {}

    def route(self, key: str) -> str:
        """Return what `kind` is to know of a usage key's route; to be kept, for it costs more than the rest."""
        template = key.partition(" ")[2]
        if template in self._templates:
            return _CONFIGURED
        return _CHECK if is_health_check(template) else _PLAIN

    def kind(self, method: str, route: str, agent: str | bytes | None) -> str:
        """Return `CALLS`, `PROBES` or `BOTS`. `agent` is the user agent as it came, None where there is none."""
        if agent:
            agent = agent[:_LONGEST_AGENT]
            caller = self._callers.get(agent) or self._remember(agent)
        else:
            caller = _PROGRAM
        if route is _PLAIN and (caller is _BROWSER or caller is _PROGRAM):
            return CALLS
        if route is _CONFIGURED or caller is _CONFIGURED:
            return PROBES
        if method not in _READING or caller is _BROWSER:
            return CALLS
        return BOTS if caller is _CRAWLER else PROBES

    def _remember(self, agent: str | bytes) -> str:
        """Keep what a user agent is; forget all of them where clients sent too many."""
        if len(self._callers) >= _MOST_KNOWN:
            self._callers.clear()
        caller = self._callers[agent] = self._caller(agent)
        return caller

    def _caller(self, agent: str | bytes) -> str:
        text = (agent if isinstance(agent, str) else agent.decode("latin-1")).lower()
        if any(part in text for part in self._agents):
            return _CONFIGURED
        return caller_of(text)


def is_health_check(template: str) -> bool:
    """Return whether a path template is by its name made for health checks; one with a parameter is not."""
    if "{" in template or "<" in template or "(" in template:
        return False
    *before, last = template.lower().strip("/").split("/")
    return last in _HEALTH or (last in _HEALTH_WORDS and all(_TOP.fullmatch(part) for part in before))


def caller_of(agent: str) -> str:
    """Return what kind of caller a user agent, in lower case, is the name of."""
    browser = agent.startswith(("mozilla/", "opera/"))
    if agent.startswith(_MONITORS_FIRST) or agent == "alwayson" or any(name in agent for name in _MONITORS):
        return _MONITOR
    if agent.startswith("whatsapp/") or any(name in agent for name in _CRAWLERS):
        return _CRAWLER
    # A crawler that looks like a browser says where it comes from; a phone of that name does not.
    told = not browser or "compatible;" in agent or "http" in agent or "@" in agent
    if told and any(word in agent for word in _BOT_WORDS) and "cfnetwork/" not in agent and _BOT.search(agent):
        return _CRAWLER
    return _BROWSER if browser else _PROGRAM
