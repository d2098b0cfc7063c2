"""Calls, probes and bots are told apart; what is unsure is a call."""

import sys

import pytest

from auditor.tracking.traffic import Traffic, caller_of, is_health_check

CHROME = ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
          "Chrome/131.0.0.0 Safari/537.36")  # fmt: skip
MONITORS = [
    "kube-probe/1.29", "ELB-HealthChecker/2.0", "GoogleHC/1.0", "Consul Health Check", "Envoy/HC",
    "Edge Health Probe", "Azure Traffic Manager Endpoint Monitor", "AlwaysOn", "HealthCheck/1.0",
    "ReadyForRequest/1.0 (HealthCheck)", "Load Balancer Agent", "RailwayHealthCheck/1.0",
    "Amazon-Route53-Health-Check-Service (ref 3b5a1c6e-2f0d; report http://amzn.to/1vsZADi)",
    "Mozilla/5.0 (compatible;Cloudflare-Healthchecks/1.0;+https://www.cloudflare.com/; healthcheck-id: 1)",
    "Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/61.0.3163.100 Safari/537.36 "
    "PingdomTMS/2.0",
    "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
    "Prometheus/2.53.1", "vm_promscrape", "Blackbox Exporter/0.25.0", "Datadog Agent/7.52.0", "Datadog/Synthetics",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 "
    "DatadogSynthetics",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/98.0.4758.102 Safari/537.36 "
    "StatusCake",
    "Better Uptime Bot Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/120.0.0.0 Safari/537.36",
    "Site24x7", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/125.0 Safari/537.36 Site24x7",
    "Zabbix", "Zabbix 6.4.1", "check_http/v2.3.3 (nagios-plugins 2.3.3)", "Uptime-Kuma/1.23.11", "Monit/5.33.0",
    "check_http/v2.3.1 (monitoring-plugins 2.3.1)", "NewRelicPinger/1.0 (1234567)", "updown.io daemon 2.11",
    "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0; AppInsights)",
    "GoogleStackdriverMonitoring-UptimeChecks(https://cloud.google.com/monitoring)", "Checkly/1.0 (https://checklyhq.com)",
    "Mozilla/5.0 (compatible; OhDear/1.1; +https://ohdear.app/docs/faq/crawler)",
    "Mozilla/5.0 (compatible; PRTG Network Monitor (www.paessler.com); Windows)", "Elastic-Heartbeat/8.12.0 (linux)",
    "HetrixTools Uptime Monitoring Bot. https://hetrix.tools/uptime-monitoring-bot.html",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/92.0.4512.0 Safari/537.36 "
    "CloudWatchSynthetics/arn:aws:synthetics:eu-west-1:123456789012:canary:shop",
]  # fmt: skip
CRAWLERS = [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.6778.69 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Googlebot-Image/1.0", "Mediapartners-Google", "APIs-Google (+https://developers.google.com/webmasters/APIs-Google.html)",
    "AdsBot-Google (+http://www.google.com/adsbot.html)", "FeedFetcher-Google; (+http://www.google.com/feedfetcher.html)",
    "Mozilla/5.0 (compatible; Google-InspectionTool/1.0;)", "GoogleOther",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) "
    "Chrome/116.0.1938.76 Safari/537.36",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/534+ (KHTML, like Gecko) BingPreview/1.0b",
    "Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)",
    "DuckDuckBot/1.1; (+http://duckduckgo.com/duckduckbot.html)",
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
    "Mozilla/5.0 (compatible; YandexImages/3.0; +http://yandex.com/bots)",
    "Sogou web spider/4.0(+http://www.sogou.com/docs/help/webmasters.htm#07)",
    "Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/50.0.2661.102 Safari/537.36; "
    "360Spider",
    "Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 (compatible; "
    "Bytespider; spider-feedback@bytedance.com)",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.1 "
    "Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)",
    "Mozilla/5.0 (Linux; Android 7.0;) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 (compatible; "
    "PetalBot;+https://webmaster.petalsearch.com/site/petalbot)",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    "Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)",
    "Mozilla/5.0 (compatible; MJ12bot/v1.4.8; http://mj12bot.com/)",
    "Mozilla/5.0 (compatible; DotBot/1.2; +https://opensiteexplorer.org/dotbot; help@moz.com)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; GPTBot/1.2; +https://openai.com/gptbot",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)",
    "CCBot/2.0 (https://commoncrawl.org/faq/)", "PerplexityBot/1.0", "facebookexternalhit/1.1",
    "meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)", "Twitterbot/1.0",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)", "WhatsApp/2.23.20.0",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)", "TelegramBot (like TwitterBot)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "Pinterestbot/1.0",
    "Mozilla/5.0 (compatible; archive.org_bot +http://archive.org/details/archive.org_bot)", "ia_archiver",
    "Scrapy/2.11.2 (+https://scrapy.org)", "Screaming Frog SEO Spider/19.4", "my-crawler/0.1", "Nutch-1.18",
    "SeznamBot/4.0 (+http://napoveda.seznam.cz/seznambot-intro/)", "rogerbot/1.2", "crawler4j (https://github.com/x)",
    "Mozilla/5.0 (compatible; Yeti/1.1; +https://naver.me/spd)", "kakaotalk-scrap/1.0",
]  # fmt: skip
BROWSERS = [
    CHROME,
    "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 "
    "Safari/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 "
    "Edg/131.0.0.0",
    "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; AS; rv:11.0) like Gecko",
    "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0)", "Opera/9.80 (J2ME/MIDP; Opera Mini/9.80)",
    "Mozilla/5.0 (Linux; Android 9; CUBOT_X18_Plus) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/95.0.4638.50 "
    "Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 11; CUBOT KING KONG 5) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0 Mobile "
    "Safari/537.36",
    "Mozilla/5.0 (Linux; U; Android 7.0; en-us; CUBOT Build/NRD90M) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0",
    "Mozilla/5.0 (Linux; Android 10; Cubot Note 20 Build/QP1A; wv) AppleWebKit/537.36 Chrome/100 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 12; BOT-X1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26.0 "
    "Chrome/122.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 "
    "[FBAN/FBIOS;FBAV/468.0.0.41.105;FBBV/604]",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Instagram 333.0.1",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 [Pinterest/iOS]",
    "Mozilla/5.0 (Linux; Android 13; SM-A536B; wv) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36 GSA/14.50",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 NAVER(inapp; search; 1010; 12.3.2)",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/118.0 YaBrowser/23.11.0 Safari/537.36",
    "Mozilla/5.0 (Linux; Android 9; V1901A; wv) AppleWebKit/537.36 Chrome/76.0 Mobile baiduboxapp/13.2 (Baidu; P1 9)",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Safari/605.1.15 Ddg/17.4 DuckDuckGo/7",
    "Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) coc_coc_browser/122.0 Chrome/116.0",
    "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-GB) WindowsPowerShell/5.1.19041",
]  # fmt: skip
PROGRAMS = [
    "curl/8.5.0", "Wget/1.21.4", "python-requests/2.32.3", "python-httpx/0.28.1", "Go-http-client/1.1", "okhttp/4.12.0",
    "axios/1.7.9", "node-fetch/1.0 (+https://github.com/bitinn/node-fetch)", "PostmanRuntime/7.43.0", "Java/17.0.9",
    "Amazon CloudFront", "Google-Cloud-Scheduler", "Google-Cloud-Tasks", "cron-job.org", "GitHub-Hookshot/44e5e1f",
    "Stripe/1.0 (+https://stripe.com/docs/webhooks)", "Shopify-Captain-Hook", "Apache-HttpClient/4.5.14 (Java/17)",
    "iRobot/6.1.0 CFNetwork/1410.1 Darwin/22.6.0", "PhotoBot/3 CFNetwork/1399 Darwin/22.1.0", "Alertmanager/0.27.0",
    "Discord-Interactions/1.0 (+https://discord.com)", "Abbott-Portal/2.0", "robotics-lab/1.0", "GuzzleHttp/7", "x",
]  # fmt: skip


@pytest.mark.parametrize(
    ("agents", "caller"),
    [(MONITORS, "monitor"), (CRAWLERS, "crawler"), (BROWSERS, "browser"), (PROGRAMS, "program")],
)
def test_real_user_agents(agents: list[str], caller: str) -> None:
    assert {agent: caller_of(agent.lower()) for agent in agents} == dict.fromkeys(agents, caller)


@pytest.mark.parametrize(
    "template",
    ["/health", "/health/", "/healthz", "/livez", "/readyz", "/-/healthy", "/-/ready", "/api/v2/ping", "/ping", "/live",
     "/actuator/health", "/health/live", "/health/liveness", "/orders/healthz", "/shop/health-check", "/_health", "/up",
     "health/", "/Health", "/__lbheartbeat__"],
)  # fmt: skip
def test_templates_of_health_checks(template: str) -> None:
    assert is_health_check(template)


@pytest.mark.parametrize(
    "template",
    ["", "/", "/orders/ready", "/matches/{id}/live", "/insurance/health", "/health/{id}", "/patients/{id}/healthz",
     "/health/records", "/shipping", "/live-chat", "/devices/<int:id>/ping", "/readyz2", "/status", "/metrics",
     "ping-pong", "/{tenant}/health", "/(?P<x>a)/health"],
)  # fmt: skip
def test_templates_of_anything_else(template: str) -> None:
    assert not is_health_check(template)


@pytest.mark.parametrize(
    ("method", "key", "agent", "kind"),
    [
        ("GET", "GET /orders", None, "calls"),
        ("GET", "GET /orders", "", "calls"),
        ("GET", "GET /orders", "curl/8.5.0", "calls"),
        ("GET", "GET /orders", CHROME, "calls"),
        ("GET", "GET /orders", "kube-probe/1.29", "probes"),
        ("HEAD", "GET /orders", "Twitterbot/1.0", "bots"),
        ("GET", "(unmatched)", "Twitterbot/1.0", "bots"),
        ("GET", "(unmatched)", None, "calls"),
        # What writes is a call, whoever sends it: Slack's events come from "Slackbot 1.0".
        ("POST", "POST /slack/events", "Slackbot 1.0 (+https://api.slack.com/robots)", "calls"),
        ("POST", "POST /remote-write", "Prometheus/2.53.1", "calls"),
        ("POST", "ANY /legacy/{path:path}", "Twitterbot/1.0", "calls"),
        ("WEBSOCKET", "WEBSOCKET /live", "Twitterbot/1.0", "calls"),
        ("GET", "GET /healthz", "curl/8.5.0", "probes"),
        ("GET", "GET /healthz", None, "probes"),
        ("GET", "GET /ping", CHROME, "calls"),
        ("POST", "POST /ping", "okhttp/4.12.0", "calls"),
        ("GET", "GET /healthz", "Twitterbot/1.0", "bots"),
    ],
)
def test_what_a_request_is_counted_as(method: str, key: str, agent: str | None, kind: str) -> None:
    traffic = Traffic()
    for _ in range(2):
        assert traffic.kind(method, traffic.route(key), agent) == kind
        assert traffic.kind(method, traffic.route(key), agent and agent.encode()) == kind


def test_configured_probes_are_probes_whatever_they_do() -> None:
    traffic = Traffic(probes=["Our-Monitor", " /internal/warm ", "", " "])
    assert traffic.kind("POST", traffic.route("POST /orders"), "x our-monitor/3") == "probes"
    assert traffic.kind("POST", traffic.route("POST /internal/warm"), CHROME) == "probes"
    assert traffic.kind("GET", traffic.route("GET /internal/warmer"), CHROME) == "calls"
    assert traffic.kind("GET", traffic.route("GET /orders"), CHROME) == "calls"


def test_one_configured_probe_may_be_given_as_text() -> None:
    traffic = Traffic(probes="monitor")
    route = traffic.route("GET /orders")
    assert traffic.kind("GET", route, "o") == "calls"
    assert traffic.kind("GET", route, "monitor") == "probes"


def test_clients_cannot_fill_the_memory() -> None:
    traffic = Traffic()
    route = traffic.route("GET /orders")
    for number in range(5_000):
        assert traffic.kind("GET", route, f"{number} ".encode() * 2_000) == "calls"
        assert traffic.kind("GET", route, f"Twitterbot/{number}") == "bots"
    assert len(traffic._callers) <= 1024
    assert max(sys.getsizeof(agent) for agent in traffic._callers) < 1_000


def test_any_bytes_are_a_user_agent() -> None:
    traffic = Traffic()
    assert traffic.kind("GET", traffic.route("GET /orders"), bytes(range(256))) == "calls"
