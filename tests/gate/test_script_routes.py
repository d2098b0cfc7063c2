"""Addresses that servers in JavaScript and TypeScript register, on a real repository with three of them."""

import json
from collections.abc import Mapping
from itertools import count

import pytest

from auditor import pipeline
from auditor.analysis.scripts.server_routes import read_server
from auditor.model.gate import GateResult
from auditor.model.script_addresses import answers, plain, same
from tests.changes import Edit, reasons
from tests.production import NOW, Project

PACKAGE = {
    "name": "api", "private": True, "scripts": {"start": "node server/index.js"}, "dependencies": {"express": "4"},
}  # fmt: skip
FILES = {
    "shop/__init__.py": "",
    "shop/main.py": "from fastapi import FastAPI\napp = FastAPI()\n\n\n@app.get('/')\ndef home():\n    return {}\n",
    "package.json": json.dumps(PACKAGE, indent=2),
    "server/index.js": """const express = require("express");
const users = require("./routes/users");
const { orders } = require("./routes/orders");
const app = express();
const admin = express.Router();
app.use(express.json());
app.get("/x", (req, res) => res.send(1));
app.get("/health", (req, res) => {
  res.send("ok");
});
app.use("/api/users", users);
app.use("/api", orders);
admin.get("/stats", (req, res) => res.send(2));
app.use("/admin", admin);
app.use("/graphql", graphqlHTTP({}));
require("./legacy")(app);
app.get("*", (req, res) => res.sendFile("index.html"));
app.listen(1);
""",
    "server/routes/users.js": """const router = require("express").Router();
const users = require("../users");
router.get("/", users.list);
router.get("/:id", users.one);
router.delete("/:id", users.remove);
module.exports = router;
""",
    "server/users.js": "exports.list = (a, b) => b.send([]);\nexports.one = (a, b) => b.send(1);\n"
                       "exports.remove = (a, b) => b.send(3);\n",
    "server/routes/orders.js": """const { Router } = require("express");
const orders = Router();
orders.route("/orders/:id").get((a, b) => b.send(1)).put((a, b) => b.send(2));
orders.get("/orders", (a, b) => b.send([]));
module.exports = { orders };
""",
    "server/legacy.js": 'module.exports = (app) => {\n  app.get("/old/:name", (a, b) => b.send(1));\n};\n',
    "nest/package.json": json.dumps({"name": "nest", "private": True, "dependencies": {"@nestjs/common": "10"}}),
    "nest/src/main.ts": 'const app = await NestFactory.create(AppModule);\napp.setGlobalPrefix("v1");\n',
    "nest/src/app.module.ts": """import { CatsController } from "./cats.controller";
@Module({ controllers: [CatsController], providers: [] })
export class AppModule {}
""",
    "nest/src/cats.controller.ts": """@Controller("cats")
export class CatsController {
  @Get(":id")
  one() { return 1; }
  @Post("feed")
  feed() { return 2; }
}
""",
    "fast/package.json": json.dumps({"name": "fast", "private": True, "main": "app.js", "dependencies": {}}),
    "fast/app.js": """import Fastify from "fastify";
import items from "./items.js";
const fastify = Fastify();
fastify.register(items, { prefix: "/items" });
export default fastify;
""",
    "fast/items.js": """export default async function (fastify, opts) {
  fastify.get("/", { schema: {} }, async () => []);
  fastify.route({ method: "POST", url: "/new", handler: async () => 1 });
}
""",
}  # fmt: skip
CALLS = {
    "GET /": 9, "GET /x": 3, "GET /api/users/{id}": 7, "GET:/api/orders/:id": 4, "POST /graphql": 2,
    "GET /v1/cats/{id}": 2, "GET /items": 5, "GET /admin/stats": 1,
}  # fmt: skip
_numbers = count()


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("servers"), FILES)
    project.watch(CALLS, {"GET /": "shop.main:home"})
    project.collect()
    return project


def judged(project: Project, files: Mapping[str, str | None]) -> GateResult:
    name = f"change-{next(_numbers)}"
    project.branch(name, files)
    return pipeline.gate(project.loaded, "main", name, days=None, now=NOW, environment={})


USERS, INDEX = FILES["server/routes/users.js"], FILES["server/index.js"]
STOPPED = [
    Edit("registrations", {
        "server/index.js": (('app.get("/x", (req, res) => res.send(1));\n', ""),
                            ('app.get("/health"', 'app.post("/health"'),
                            ('app.use("/admin", admin);\n', ""), ('app.use("/graphql", graphqlHTTP({}));\n', "")),
        "server/routes/orders.js": ((".get((a, b) => b.send(1))", ""),),
        "nest/src/cats.controller.ts": (('  @Get(":id")\n', ""),),
        "fast/items.js": (('  fastify.route({ method: "POST", url: "/new", handler: async () => 1 });\n', ""),),
    }, {}, {
        "server/index.js:GET:/x": "called", "server/index.js:GET:/health": "reachable",
        "server/index.js:GET:/admin/stats": "called", "server/index.js:*:/graphql": "called",
        "server/routes/orders.js:GET:/api/orders/:id": "called",
        "nest/src/cats.controller.ts:GET:/v1/cats/:id": "called", "fast/items.js:POST:/items/new": "reachable",
    }),
    Edit("mounts, of files that stay", {
        "server/index.js": (('app.use("/api/users", users);\n', ""),),
        "nest/src/app.module.ts": (("[CatsController]", "[]"),),
        "fast/app.js": (('fastify.register(items, { prefix: "/items" });\n', ""),),
    }, {}, {
        "server/routes/users.js:GET:/api/users": "reachable", "server/routes/users.js:GET:/api/users/:id": "called",
        "server/routes/users.js:DELETE:/api/users/:id": "reachable",
        "nest/src/cats.controller.ts:GET:/v1/cats/:id": "called",
        "nest/src/cats.controller.ts:POST:/v1/cats/feed": "reachable",
        "fast/items.js:GET:/items": "called", "fast/items.js:POST:/items/new": "reachable",
    }),
    Edit("prefixes, comments, what is handed over", {
        "server/index.js": (('"/api/users"', '"/v2/users"'), ('app.get("/x"', '// app.get("/x"'),
                            ('require("./legacy")(app);\n', "")),
    }, {"server/legacy.js": None}, {
        "server/index.js:GET:/x": "called", "server/legacy.js:GET:/old/:name": "reachable",
        "server/routes/users.js:GET:/api/users": "reachable", "server/routes/users.js:GET:/api/users/:id": "called",
        "server/routes/users.js:DELETE:/api/users/:id": "reachable",
    }),
]  # fmt: skip


@pytest.mark.parametrize("edit", STOPPED, ids=lambda edit: edit.name)
def test_addresses_that_are_served_no_more_are_stopped(servers: Project, edit: Edit) -> None:
    result = judged(servers, edit.contents(FILES))
    assert reasons(result) == edit.stops and not result.passed


def test_a_breach_names_the_calls_and_the_place(servers: Project) -> None:
    files = {"server/routes/users.js": USERS.replace('router.get("/:id", users.one);\n', "")}
    (breach,) = judged(servers, files).breaches
    assert (breach.path, breach.line, breach.was_line) == ("server/routes/users.js", 4, 4)
    assert breach.detail == "105 calls of GET /api/users/{id} in 14 days"


PASSING = [
    Edit("split into two, another name of a parameter", {
        "server/routes/users.js": (('router.get("/", users.list);\nrouter.get("/:id", users.one);\n',
                                    'router.use(require("./read"));\n'),),
        "nest/src/cats.controller.ts": (('  @Post("feed")\n  feed() { return 2; }\n', ""),),
        "nest/src/app.module.ts": (("[CatsController]", "[CatsController, FeedController]"),),
        "fast/items.js": (('fastify.get("/", { schema: {} }, async () => []);',
                           'fastify.route({\n    method: ["GET"],\n    url: "/",\n    handler: all,\n  });'),),
    }, {
        "server/routes/read.js": """const express = require("express");
const users = require("../users");
const read = express.Router();
read.route("/").get(users.list);
read.get("/:userId(\\\\d+)", users.one);
module.exports = read;
""",
        "nest/src/feed.controller.ts": "@Controller({ path: 'cats/feed' })\nexport class FeedController {\n  @Post()\n"
                                       "  feed() { return 2; }\n}\n",
    }),
    Edit("TypeScript, modules, another folder, another formatter", {}, {
        "server/routes/users.js": None,
        "server/api/users.ts": """import { Router } from 'express'
import * as users from '../users'

const userRouter: Router = Router()

userRouter.get(
  '/',
  users.list,
)
userRouter
  .route('/:id')
  .get(users.one)
  .delete(users.remove)

export default userRouter
""",
        "server/index.js": INDEX.replace('const express = require("express")', "import express from 'express'")
        .replace('const users = require("./routes/users")', "import users from './api/users'")
        .replace('const { orders } = require("./routes/orders")', "import { orders } from './routes/orders.js'")
        .replace('require("./legacy")(app)', "legacy(app)")
        .replace("const app", "import legacy from './legacy.js';\nconst app"),
        "server/routes/orders.js": FILES["server/routes/orders.js"].replace("module.exports =", "export")
        .replace('const { Router } = require("express")', 'import { Router } from "express"'),
        "server/legacy.js": FILES["server/legacy.js"].replace("module.exports =", "export default"),
    }),
    Edit("one router for two mounts, and one folded in", {"server/index.js": (
        ('app.use("/api/users", users);\napp.use("/api", orders);\n', """const api = express.Router();
api.use("/users", users);
api.get("/orders", list);
api.all("/orders/:order", one);
app.use(`/api`, api);
"""), ('const { orders } = require("./routes/orders");\n', "")), }, {"server/routes/orders.js": None}),
]  # fmt: skip


@pytest.mark.parametrize("edit", PASSING, ids=lambda edit: edit.name)
def test_the_same_addresses_in_other_files_pass(servers: Project, edit: Edit) -> None:
    result = judged(servers, edit.contents(FILES))
    assert reasons(result) == {} and result.undecidable is None and result.passed


def test_what_is_computed_at_head_is_said_and_not_guessed(servers: Project) -> None:
    result = judged(servers, {
        "server/index.js": INDEX.replace('"/api/users", users', "config.base, users"),
        "server/routes/orders.js": FILES["server/routes/orders.js"].replace('"/orders"', "PATHS.orders"),
    })  # fmt: skip
    assert result.passed and result.notes == (
        "head may serve GET /api/orders yet: addresses there are computed, and were not read",
        "head may serve GET /api/users, GET /api/users/:id, DELETE /api/users/:id yet: prefixes there are computed, "
        "and were not read",
    )


def test_addresses_mean_the_same_however_they_are_spelled() -> None:
    assert plain("/users/:id(\\d+)/") == plain("users/{user}") == plain("/users/[id]") == "/users/{}"
    assert same("/api/users/:id", "…/users/{id}") and not same("/api/users/:id", "…/orders/{id}")
    assert answers("GET /users/7", "GET", "/users/:id") and answers("HEAD /users/7", "GET", "/users/:id")
    assert not answers("POST /users/7", "GET", "/users/:id") and not answers("GET /users", "GET", "/users/:id")
    assert answers("GET /files/a/b", "*", "/files/*") and not answers("GET /users", "GET", "*")
    assert answers("GET /api/v1/users/7", "GET", "…/users/:id") and not answers("GET /api/7", "GET", "…/:id")
    assert answers("GET /docs/x", "*", "/docs", whole=True) and not answers("GET /docsx", "*", "/docs", whole=True)


def test_clients_and_tests_register_nothing() -> None:
    text = """
import axios from "axios";
const api = axios.create();
api.get("/users", { params });
this.http.post(this.host + "/respond", {});
request(app).get("/users", done);
const cache = new Map();
cache.get("/x", 1);
express.Router().get("/nameless", one);
app.get("env");
const text = 'app.get("/text", one)';
"""
    assert read_server(text).served == ()
