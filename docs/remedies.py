"""What to do about each reason and each error: the part of the generated pages that code cannot say."""

from collections.abc import Mapping
from typing import Final

__all__ = ["ERROR_REMEDIES", "EXIT_CODES", "REASON_REMEDIES"]

REASON_REMEDIES: Final[Mapping[str, str]] = {
    "null-value": "Stop the producer from sending tombstones to an article topic: nothing there is "
    "compacted. To withdraw an article, send it again with status cancelled.",
    "not-utf8": "Have the producer send UTF-8. Old feeds in Latin-1 or Windows-1252 must be "
    "converted on the way.",
    "not-json": "Have the producer send one whole JSON object per record; a cut-off one mostly "
    "means a limit on its side. Plain text is fine too, if it does not start with a brace.",
    "no-text": "Have the producer fill `text`; articles that are only a headline can give it as "
    "both `title` and `text`.",
    "wrong-type": "The message names the field and what is allowed; compare "
    "[the schema](../schemas/article-v1.json).",
    "unknown-version": "Upgrade the workers before the producers; then retry.",
    "too-long": "Raise max_text_chars (and memory with it), or have the producer split reports. "
    "Mostly it is a page of markup or a list that is no article.",
    "analysis-failed": "A defect of ours: report it with the record and the traceback in the "
    "worker's log (`record put away for a defect of ours`, with the record's topic, partition and "
    "offset), and retry after the upgrade.",
    "analysis-timed-out": "Raise analysis_seconds_per_10k_chars if the machine is slow, then "
    "retry. If it is one text alone, report it.",
    "analysis-crashed": "Look for the kernel's out-of-memory killer first; give the worker more "
    "memory or fewer processes, then retry. If it is one text alone, report it.",
    "result-refused": "Raise max.message.bytes of the topic named in the message "
    "(`news-monitor doctor` compares the limits), then retry.",
}
"""By reason."""

ERROR_REMEDIES: Final[Mapping[str, str]] = {
    "NewsMonitorError": "The parent of all others; catch it to catch them all.",
    "InvalidSetting": "Correct the setting that the message names; "
    "[settings.md](settings.md) says what is allowed, `news-monitor config` what holds.",
    "InvalidLexicon": "Correct the file at the place the message names.",
    "InvalidSubscriptions": "Correct the file at the lines the message names; "
    "[subscriptions.md](../subscriptions.md) says what is allowed, `news-monitor subscriptions check` "
    "looks again. A running worker keeps to the file that it read before.",
    "InvalidWatchlist": "Correct the file at the line the message names; `news-monitor watchlists "
    "check` lists every problem, [watchlists.md](../watchlists.md) says what is allowed.",
    "InvalidCorpus": "Correct the file at the line the message names; "
    "[evaluate.md](../evaluate.md) says which forms there are.",
    "InvalidResult": "Give a file that `news-monitor backtest --save` wrote, or a folder that "
    "`news-monitor record` wrote, with this release; make it again where it was cut off.",
    "InvalidArchive": "The message says where. Copy the file again if the copy may be incomplete; run "
    "the interrupted `news-monitor archive save` again; see [replay.md](../replay.md#archives).",
    "InvalidRecord": "Does not end a worker: the record goes to the dead letters; see "
    "[dead-letters.md](dead-letters.md).",
    "ModelUnavailable": "Set `model` to `builtin`, or install the pipeline it names in the "
    "worker's environment.",
    "TopicMismatch": "`news-monitor topics check` shows every difference, `news-monitor topics "
    "create` makes what is missing. Partition counts cannot be lowered: use other topic names. "
    "Stories that come from another signals topic: see "
    "[running.md](../operations/running.md#topics-that-are-moved-or-made-again).",
    "BrokerUnavailable": "Check `broker`, the network, and the security settings; `news-monitor "
    "doctor` tries them one after the other. Where the first address answers and those that it sends "
    "us to do not, it is the broker's `advertised.listeners`; where we are not allowed, its ACLs.",
    "DeliveryFailed": "Not the record's fault: rights, a missing topic, or a limit. The message "
    "says which; mend it and start the worker again, which goes on where it was.",
    "TooManyDeadLetters": "Something is wrong with the feed or this release: look at the reasons "
    "first. To go on regardless, raise dead_letter_share to 1.",
    "WorkerStuck": "Let the supervisor start it again: it goes on where it was. If it comes back, the "
    "log before it says more: deliveries that are refused again and again, a process that reads for "
    "hours. stuck_exit_seconds says how long it is borne.",
}
"""By the name of the error."""

EXIT_CODES: Final = (
    ("0", "Done; a worker that was told to stop and has finished its batch."),
    ("1", "Failed; the last line on standard error, or the last event of the log, says why."),
    ("2", "Wrong usage: an option or argument that the command does not take."),
    ("130", "Stopped by Ctrl-C."),
)
"""What every command keeps to."""
