"""Renders a table and a page from JSON (FunctionBench: chameleon; Medes: HTMLServe)."""

import json
import zlib

import chameleon
import inputs
import jinja2

ROWS, COLUMNS = 250, 8
TABLE = chameleon.PageTemplate(
    '<table><tr tal:repeat="row rows"><td tal:repeat="cell row" tal:content="cell">.</td></tr></table>'
)
PAGE = jinja2.Environment(autoescape=True).from_string(
    "<h1>{{ title }}</h1><ul>{% for item in items %}<li>{{ item.name }}: {{ item.price }}</li>{% endfor %}</ul>"
)


def content(request):
    """What is to be shown, as it would come from a store: JSON."""
    numbers = inputs.Numbers(request["seed"], request["request"])
    rows = [inputs.words(numbers, COLUMNS) for _ in range(ROWS)]
    items = [{"name": name, "price": numbers.next() % 1000} for name in inputs.words(numbers, ROWS)]
    return json.dumps({"title": "Offers & more", "rows": rows, "items": items})


def handle(request):
    """Renders both; gives their lengths and checksums."""
    data = json.loads(content(request))
    table = TABLE(rows=data["rows"]).encode()
    page = PAGE.render(title=data["title"], items=data["items"]).encode()
    return {"table": [len(table), zlib.crc32(table)], "page": [len(page), zlib.crc32(page)]}
