"""Does a change delete something that is still used? One judge a question, in the order of `judge.judge_change`.

In: two commits, analysed, and production's observations. Out: `GateResult`. Pure: never reads git, files or the ledger,
and never passes for want of evidence.
"""

from auditor.gate.judge import judge_change
from auditor.gate.mentions import Mention
from auditor.gate.removal import judge_removal
from auditor.gate.scripts import with_scripts
from auditor.gate.sides import Names, Resolution, Side

__all__ = ["Mention", "Names", "Resolution", "Side", "judge_change", "judge_removal", "with_scripts"]
