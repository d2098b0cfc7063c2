"""May this be deleted? Static reachability joined with production usage.

The pipeline, in the order in which `auditor.pipeline` composes it:

1. `analysis.discover` finds the files; `analysis.extraction.extract` turns each into facts.
2. `analysis.resolution.resolve` joins all facts into one reference graph.
3. `analysis.entries.entry_points` says where production and the tests enter it; `frameworks` holds the rules as data.
4. `ReferenceGraph.reached_from` says what is reached, with the chain that explains it.
5. `usage` reads production's counters and logs; `ledger` keeps them as daily aggregates.
6. `usage.attribution` maps usage keys to definitions.
7. `cross_reference` joins both into findings with a verdict and its evidence.
8. `plan` packs deletions into batches; `removal` applies them and takes them back.
9. `gate` compares two commits and stops the deletion of code still used.
10. `report` renders all of it.

`auditor.tracking` is the only part that runs inside the user's application and stands apart.
"""

__version__ = "0.1.0"
