"""Every metric, once: what it counts, in which unit, how far its labels reach, what to do about it.

docs/metrics.md is made from this list, the recorders refuse whatever does not stand in it, and the
dashboards take their descriptions from here. To add a metric: one constant below, one line
in `CATALOGUE`, one call in an agent.

Names follow Prometheus' conventions (base units; `_total` on counters and nowhere else). Every
label has either a closed list of values or a stated bound, so the number of series is known.
"""

from enum import StrEnum
from typing import Final

from monitor.domain import Desk, Fate, Lifecycle, Severity, SignalKind, Stage, Status
from monitor.errors import Reason
from monitor.metrics.definition import Kind, Label, Metric, Unit

__all__ = [
    "ALERTS",
    "ANALYSIS_SECONDS",
    "ARRIVAL_TIMESTAMP_SECONDS",
    "ARTICLE_AGE_SECONDS",
    "ARTICLE_TO_ALERT_SECONDS",
    "ARTICLE_TO_SIGNAL_SECONDS",
    "BATCH_RECORDS",
    "BATCH_SECONDS",
    "BROKER_ANSWERED_TIMESTAMP_SECONDS",
    "BUILD_INFO",
    "CANARIES_MISSED",
    "CANARIES_SEEN",
    "CANARIES_SENT",
    "CANARY_LAST_SEEN_TIMESTAMP_SECONDS",
    "CANARY_SECONDS",
    "CATALOGUE",
    "COMMITTED_OFFSET",
    "COMMIT_AGE_SECONDS",
    "COPIES_FOLDED",
    "COUNTRY_SIGNALS",
    "DEAD_LETTERS",
    "DELIVERY_FAILURES",
    "DELIVERY_RETRIES",
    "EVENT_LOOP_DELAY_SECONDS",
    "LAG_RECORDS",
    "LAG_SECONDS",
    "LAST_PROGRESS_TIMESTAMP_SECONDS",
    "NO_COUNTRY",
    "OLDEST_UNACKNOWLEDGED_SECONDS",
    "OTHER_COUNTRY",
    "PARTITIONS_ASSIGNED",
    "POOL_BUSY",
    "POOL_MEMORY_BYTES",
    "POOL_PROCESSES",
    "POOL_RESTARTS",
    "PUBLISHER_LAST_ARTICLE_TIMESTAMP_SECONDS",
    "PUBLISHER_USUAL_ARTICLES",
    "REBALANCES",
    "RECEIPTS",
    "RECEIPTS_UNREADABLE",
    "RECORDS",
    "RECORDS_READ",
    "SIGNALS",
    "STORIES_OPEN",
    "STORIES_UNREADABLE",
    "SUBSCRIPTIONS",
    "SUBSCRIPTIONS_FILE_REFUSED",
    "SUBSCRIPTIONS_RELOADS",
    "SUBSCRIPTION_ALERTS",
    "SUBSCRIPTION_MUTES",
    "TOP_STORIES",
    "TOP_STORY_ARTICLES",
    "Agent",
    "Outcome",
    "Reload",
]


class Outcome(StrEnum):
    """What became of a record that was read: exactly one of these."""

    SIGNALS = "signals"
    """An article that gave signals, or was withheld or cancelled."""
    NO_SIGNAL = "no-signal"
    """An article that was read and reports nothing we look for, also where it is an update that
    takes back what an earlier version reported."""
    STORIES = "stories"
    """A record of the signals topic whose signals stand in the stories."""
    SERVED = "served"
    """A record of the alerts topic that was matched with every subscription."""
    DEAD_LETTER = "dead-letter"
    """A record that could not be used and lies in a dead-letter topic."""


class Agent(StrEnum):
    """The agents of a worker."""

    ANALYSE = "analyse"
    """Articles to signals."""
    ALERT = "alert"
    """Signals to stories and alerts."""
    SERVE = "serve"
    """Alerts to subscriptions; runs where there is a file of them."""


class Reload(StrEnum):
    """What became of a subscriptions file that has changed."""

    TAKEN = "taken"
    """It is in force."""
    REFUSED = "refused"
    """It is wrong, or a topic of it is: the one before stays in force."""


TOPIC = Label(name="topic", meaning="Name of the topic.", bound="the topics in the settings")
PARTITION = Label(
    name="partition",
    meaning="Number of the partition.",
    bound="the partitions assigned to this worker; gone when revoked",
)
OUTCOME = Label(
    name="outcome", meaning="What became of the record.", values=tuple(map(str, Outcome))
)
AGENT = Label(name="agent", meaning="Which agent.", values=tuple(map(str, Agent)))
KIND = Label(name="kind", meaning="Kind of signal.", values=tuple(map(str, SignalKind)))
STATUS = Label(
    name="status", meaning="How the article presents it.", values=tuple(map(str, Status))
)
SEVERITY = Label(name="severity", meaning="Severity (CAP 1.2).", values=tuple(map(str, Severity)))
DESK = Label(name="desk", meaning="Which desk.", values=tuple(map(str, Desk)))
LIFECYCLE = Label(
    name="lifecycle", meaning="First word, update or cancel.", values=tuple(map(str, Lifecycle))
)
REASON = Label(
    name="reason", meaning="Why it became a dead letter.", values=tuple(map(str, Reason))
)
STAGE = Label(name="stage", meaning="Where it was given up.", values=tuple(map(str, Stage)))

SUBSCRIPTION = Label(
    name="subscription",
    meaning="Id of the subscription.",
    bound="the subscriptions in the file, now or since the worker started",
)
MUTED = Label(name="muted", meaning="What is muted.", values=("story", "publisher"))
FATE = Label(
    name="fate",
    meaning="What became of the alert for the subscription.",
    values=tuple(map(str, Fate)),
)
RELOAD = Label(
    name="outcome", meaning="Whether it was taken or refused.", values=tuple(map(str, Reload))
)

TOP_STORIES: Final = 10
"""How many of the largest stories a worker tells of."""
RANK = Label(
    name="rank",
    meaning="1 for the story with most articles.",
    values=tuple(str(rank) for rank in range(1, TOP_STORIES + 1)),
)

PROCESS = Label(
    name="process",
    meaning="Place of the process in the pool, from 1.",
    bound="the setting `processes`; whatever replaces a process has its place",
)

NO_COUNTRY: Final = "none"
"""What stands for the country of a signal that names none."""
OTHER_COUNTRY: Final = "other"
"""What stands for a code that the gazetteer does not have, so that none can add a series."""
COUNTRY = Label(
    name="country",
    meaning=f"Code of the country; `{NO_COUNTRY}` where the signal names none.",
    bound="the 254 codes of the gazetteer (ISO 3166-1, Kosovo, the European Union, former states), "
    f"`{OTHER_COUNTRY}` for any else, and `{NO_COUNTRY}`",
)

PUBLISHER = Label(
    name="publisher",
    meaning="Evened-out name of the publisher.",
    bound="the `publishers_followed` that send most to this worker: 50 unless set otherwise",
)

# From the fastest batch to the longest that shutdown and polling still allow.
_DURATIONS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
# From 10 ms, less than one batch's wait, to 1 h, when an alert has lost its worth.
_LATENCIES = (
    *(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
    *(30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0),
)
# Publication to reading: feeds are minutes late, archives years.
_AGES = (1.0, 10.0, 60.0, 300.0, 900.0, 3600.0, 21600.0, 86400.0, 604800.0, 31536000.0)
_SIZES = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0)

RECORDS_READ = Metric(
    name="news_monitor_records_read_total",
    kind=Kind.COUNTER,
    unit=Unit.RECORDS,
    labels=(TOPIC,),
    meaning="Records read from a topic and seen through to their outcome.",
    remedy="Flat while lag grows: the worker is stuck; see /readyz and the log. "
    "Flat without lag: nothing is published; look at the feed.",
)
RECORDS = Metric(
    name="news_monitor_records_total",
    kind=Kind.COUNTER,
    unit=Unit.RECORDS,
    labels=(TOPIC, OUTCOME),
    meaning="Records by what became of them; per topic the outcomes add up to the records read.",
    remedy="A sum that differs from the records read for longer than a scrape is a defect: "
    "report it. A rising share of dead letters: see the dead letters by reason.",
)
SIGNALS = Metric(
    name="news_monitor_signals_total",
    kind=Kind.COUNTER,
    unit=Unit.SIGNALS,
    labels=(KIND, STATUS),
    meaning="Signals found in articles; only happening and threatened ones can raise alerts.",
    remedy="A kind that falls to nothing after an upgrade: compare the lexicon version in "
    "news_monitor_build_info, and try `news-monitor analyse` on an article that should give it.",
)
COUNTRY_SIGNALS = Metric(
    name="news_monitor_country_signals_total",
    kind=Kind.COUNTER,
    unit=Unit.SIGNALS,
    labels=(COUNTRY,),
    meaning="Happening and threatened signals by each country that acts, is acted upon, or in which "
    "it happens; a signal of several countries counts for each.",
    remedy="A country that is in the news but not here, or the other way round: try `news-monitor "
    "analyse` on an article about it, and look at its parties and places. Mostly none: the articles "
    "name no countries, or a watched market is told without one.",
)
DEAD_LETTERS = Metric(
    name="news_monitor_dead_letters_total",
    kind=Kind.COUNTER,
    unit=Unit.RECORDS,
    labels=(TOPIC, REASON, STAGE),
    meaning="Records put in the topic's dead-letter topic, by reason.",
    remedy="Look the reason up in docs/reference/dead-letters.md, read a few of the records, mend "
    "the producer, then replay them.",
)
ALERTS = Metric(
    name="news_monitor_alerts_total",
    kind=Kind.COUNTER,
    unit=Unit.ALERTS,
    labels=(KIND, SEVERITY, LIFECYCLE),
    meaning="Revisions of alerts sent to the alerts topic.",
    remedy="None while signals flow: look at the alert agent's lag and log. Far more updates than "
    "alerts is normal for a large event; far more alerts than usual: stories do not group.",
)
COPIES_FOLDED = Metric(
    name="news_monitor_copies_folded_total",
    kind=Kind.COUNTER,
    unit=Unit.RECORDS,
    labels=(DESK,),
    meaning="Reports to a desk whose article was recognised as a copy of one that the same story "
    "rests on: it counts for no publisher of its own.",
    remedy="None for days although agencies are printed widely: the texts come cut to a few words, "
    "or changed beyond recognition. Most of all reports: a feed sends everything twice under other "
    "ids; look at the publishers.",
)
STORIES_OPEN = Metric(
    name="news_monitor_stories_open",
    kind=Kind.GAUGE,
    unit=Unit.STORIES,
    labels=(PARTITION,),
    meaning="Stories that are open, per partition of the signals topic.",
    remedy="Growing for weeks: lower story_idle_hours, or look for a feed with dates in the future. "
    "At 50,000 it stays: the stories longest without news are ended early.",
)
STORIES_UNREADABLE = Metric(
    name="news_monitor_stories_unreadable",
    kind=Kind.GAUGE,
    unit=Unit.STORIES,
    labels=(PARTITION,),
    meaning="Stories that could not be read back when the partition was taken over.",
    remedy="Above 0: what the story knew since its last readable record is forgotten, and the next "
    "report of the event begins a new alert beside the old one, or repeats revisions that readers "
    "have. The log names each record (`story cannot be read back`): find out who wrote it, then "
    "send a tombstone with its key to the same partition of the stories topic, which closes the "
    "story for good. The value falls when a worker takes the partition over again.",
)
TOP_STORY_ARTICLES = Metric(
    name="news_monitor_top_story_articles",
    kind=Kind.GAUGE,
    unit=Unit.ARTICLES,
    labels=(RANK, KIND),
    meaning="Articles of the open stories of this worker that have most, by rank and kind; copies "
    "count. Looked at after a batch, every five seconds at most.",
    remedy="One that grows for days and has most articles of all: reports of other events may flow "
    "into it. Its id is no label, for every new story would add a series that stays: find its alerts "
    "with `news-monitor tail --kind`, which tells how many articles each rests on.",
)
SUBSCRIPTION_ALERTS = Metric(
    name="news_monitor_subscription_alerts_total",
    kind=Kind.COUNTER,
    unit=Unit.ALERTS,
    labels=(SUBSCRIPTION, FATE),
    meaning="Revisions of alerts by what became of them for each subscription; first, update, "
    "cancel and released were sent to its topic.",
    remedy="Only unfit for days: the subscription asks for what never comes; try it on the past "
    "with `news-monitor subscriptions test`. Many muted: look whether the mutes are still wanted.",
)
SUBSCRIPTION_MUTES = Metric(
    name="news_monitor_subscription_mutes",
    kind=Kind.GAUGE,
    unit=Unit.MUTES,
    labels=(SUBSCRIPTION, MUTED),
    meaning="What each subscription in force has muted: stories and publishers in the file of "
    "subscriptions, also those whose time is over.",
    remedy="This is how subscribers say that an alert was false or not wanted. Many stories of one "
    "subscription: it asks for too much. Muted by several subscriptions: try the articles with "
    "`news-monitor analyse`, and report what is read wrongly. A publisher muted by many: consider "
    "whether its feed is wanted at all.",
)
SUBSCRIPTIONS = Metric(
    name="news_monitor_subscriptions",
    kind=Kind.GAUGE,
    unit=Unit.SUBSCRIPTIONS,
    meaning="Subscriptions in force in this worker; 0 where there is no file of them.",
    remedy="Not what the file says: it was refused; see "
    "news_monitor_subscriptions_file_refused. Workers differ: they read different files.",
)
SUBSCRIPTIONS_FILE_REFUSED = Metric(
    name="news_monitor_subscriptions_file_refused",
    kind=Kind.GAUGE,
    unit=Unit.BOOLEAN,
    meaning="1 while the file of subscriptions says something else than what is in force, for it "
    "was refused; else 0.",
    remedy="At 1: what was in force before stays in force. The log says what is wrong "
    "(`subscriptions file refused`), and so does `news-monitor subscriptions check`.",
)
SUBSCRIPTIONS_RELOADS = Metric(
    name="news_monitor_subscriptions_reloads_total",
    kind=Kind.COUNTER,
    unit=Unit.FILES,
    labels=(RELOAD,),
    meaning="Changed files of subscriptions that were read, by whether they were taken.",
    remedy="Refused: see news_monitor_subscriptions_file_refused.",
)
RECEIPTS = Metric(
    name="news_monitor_receipts",
    kind=Kind.GAUGE,
    unit=Unit.RECORDS,
    labels=(PARTITION,),
    meaning="Alerts that subscriptions were told of or that are held back for one, per partition "
    "of the alerts topic.",
    remedy="At 50,000 it stays: the oldest are forgotten, and a revision of theirs is judged as if "
    "it were the first.",
)
RECEIPTS_UNREADABLE = Metric(
    name="news_monitor_receipts_unreadable",
    kind=Kind.GAUGE,
    unit=Unit.RECORDS,
    labels=(PARTITION,),
    meaning="Receipts that could not be read back when the partition was taken over.",
    remedy="Above 0: whoever was told of those alerts is told of their revisions only where these "
    "fit, and not that they are withdrawn. The log names each record (`receipt cannot be read "
    "back`): find out who wrote it.",
)
BATCH_SECONDS = Metric(
    name="news_monitor_batch_duration_seconds",
    kind=Kind.HISTOGRAM,
    unit=Unit.SECONDS,
    labels=(AGENT,),
    buckets=_DURATIONS,
    meaning="Time from taking a batch to its last delivery.",
    remedy="Rising with the analysis: longer articles, or too few processes. Rising alone: the "
    "broker is slow to take our records.",
)
BATCH_RECORDS = Metric(
    name="news_monitor_batch_records",
    kind=Kind.HISTOGRAM,
    unit=Unit.RECORDS,
    labels=(AGENT,),
    buckets=_SIZES,
    meaning="Records in a batch.",
    remedy="Always full: the worker is behind; add processes or workers. Always 1: quiet.",
)
ANALYSIS_SECONDS = Metric(
    name="news_monitor_analysis_duration_seconds",
    kind=Kind.HISTOGRAM,
    unit=Unit.SECONDS,
    buckets=_DURATIONS,
    meaning="Time that a process of the pool took to read one share of a batch.",
    remedy="Shares hold at most 50,000 characters, or one longer text, and take 3 to 5 s where a "
    "core is free. Far more: fewer processes, or raise analysis_seconds_per_10k_chars.",
)
ARTICLE_AGE_SECONDS = Metric(
    name="news_monitor_article_age_seconds",
    kind=Kind.HISTOGRAM,
    unit=Unit.SECONDS,
    buckets=_AGES,
    meaning="Age of articles when we read them: from publication, as the article states it.",
    remedy="Old while lag is small: the feed is late, or an archive is being replayed.",
)
ARTICLE_TO_SIGNAL_SECONDS = Metric(
    name="news_monitor_article_to_signal_seconds",
    kind=Kind.HISTOGRAM,
    unit=Unit.SECONDS,
    buckets=_LATENCIES,
    meaning="Time from the article's record timestamp to the delivery of its signals.",
    remedy="See news_monitor_article_to_alert_seconds.",
)
ARTICLE_TO_ALERT_SECONDS = Metric(
    name="news_monitor_article_to_alert_seconds",
    kind=Kind.HISTOGRAM,
    unit=Unit.SECONDS,
    buckets=_LATENCIES,
    meaning="Time from the article's record timestamp to the delivery of the alert it raised; 0 if "
    "that time is ahead of the clock, as `publish` may write it, by 30 s at most. In "
    "OpenMetrics each bucket names the newest article in it (`article_id`).",
    remedy="Rising with lag: add processes or workers. Rising without lag: lower "
    "batch_wait_seconds, or look at the broker.",
)
LAG_RECORDS = Metric(
    name="news_monitor_lag_records",
    kind=Kind.GAUGE,
    unit=Unit.RECORDS,
    labels=(TOPIC, PARTITION),
    meaning="Records between the committed offset and the end of the partition. The worker's own loop asks "
    "the broker: while that stands still, which /readyz tells, the number stays as it was.",
    remedy="One partition grows alone: its keys are uneven, or it is stuck. All grow: add workers, "
    "up to one per partition of the article topics.",
)
LAG_SECONDS = Metric(
    name="news_monitor_lag_seconds",
    kind=Kind.GAUGE,
    unit=Unit.SECONDS,
    labels=(TOPIC, PARTITION),
    meaning="Age of the oldest record of the partition that is not done; 0 when there is none.",
    remedy="As for news_monitor_lag_records; this is what subscribers feel.",
)
COMMITTED_OFFSET = Metric(
    name="news_monitor_committed_offset",
    kind=Kind.GAUGE,
    unit=Unit.OFFSET,
    labels=(TOPIC, PARTITION),
    meaning="Offset committed for the partition: where a new worker would go on.",
    remedy="Unchanged while lag is above 0: that partition stands still. Restart the worker that "
    "holds it; if it stands still again, read the record at this offset.",
)
COMMIT_AGE_SECONDS = Metric(
    name="news_monitor_commit_age_seconds",
    kind=Kind.GAUGE,
    unit=Unit.SECONDS,
    labels=(TOPIC, PARTITION),
    meaning="Time for which the partition's committed offset has not moved although records wait; 0 "
    "where none waits.",
    remedy="Minutes while a batch of long texts is read are normal. Beyond stuck_after_seconds "
    "/readyz names the partition, beyond stuck_exit_seconds the worker ends to be started again.",
)
OLDEST_UNACKNOWLEDGED_SECONDS = Metric(
    name="news_monitor_oldest_unacknowledged_seconds",
    kind=Kind.GAUGE,
    unit=Unit.SECONDS,
    labels=(AGENT,),
    meaning="Time since the agent took the batch that is in hand; 0 between batches.",
    remedy="Growing: the broker takes no records, or a text holds up the analysis; see the log.",
)
PARTITIONS_ASSIGNED = Metric(
    name="news_monitor_partitions_assigned",
    kind=Kind.GAUGE,
    unit=Unit.PARTITIONS,
    labels=(TOPIC,),
    meaning="Partitions that this worker reads.",
    remedy="0 for long: more workers than partitions, or the worker cannot join its group.",
)
REBALANCES = Metric(
    name="news_monitor_rebalances_total",
    kind=Kind.COUNTER,
    unit=Unit.TIMES,
    meaning="Times that the group dealt out its partitions anew, as this worker saw it.",
    remedy="A few at each start and stop of a worker are normal. Again and again: workers come and "
    "go, or are too busy to answer the broker within session_timeout_seconds.",
)
EVENT_LOOP_DELAY_SECONDS = Metric(
    name="news_monitor_event_loop_delay_seconds",
    kind=Kind.HISTOGRAM,
    unit=Unit.SECONDS,
    buckets=_DURATIONS,
    meaning="How much later than it should the worker's event loop comes round, tried every "
    "second.",
    remedy="Above a second: the machine is short of processor time, or something holds the loop; the "
    "broker then takes the worker for dead after session_timeout_seconds.",
)
POOL_PROCESSES = Metric(
    name="news_monitor_pool_processes",
    kind=Kind.GAUGE,
    unit=Unit.PROCESSES,
    meaning="Processes of this worker that read articles.",
    remedy="Fewer than the setting `processes`: they die while starting; see the log, and memory.",
)
POOL_BUSY = Metric(
    name="news_monitor_pool_busy_processes",
    kind=Kind.GAUGE,
    unit=Unit.PROCESSES,
    meaning="Processes that are reading at this moment.",
    remedy="Always all of them, with lag: the worker is at its limit; add processes or workers.",
)
POOL_MEMORY_BYTES = Metric(
    name="news_monitor_pool_memory_bytes",
    kind=Kind.GAUGE,
    unit=Unit.BYTES,
    labels=(PROCESS,),
    meaning="Resident memory of each process that reads articles, every two seconds; on Linux only. "
    "What processes share, such as libraries, counts for each.",
    remedy="Most of it is the entity pipeline, from the start on. One that grows with every batch and "
    "never falls is a defect of ours. All together near the container's limit: lower `processes`, or raise the "
    "limit; the system ends a process that goes beyond it (news_monitor_pool_restarts_total).",
)
POOL_RESTARTS = Metric(
    name="news_monitor_pool_restarts_total",
    kind=Kind.COUNTER,
    unit=Unit.PROCESSES,
    meaning="Processes replaced because they crashed or took too long.",
    remedy="The log tells of each (`share of a batch not read`), and names the record that is given up "
    "for it (`text given up`); see also the dead letters with analysis-crashed and "
    "analysis-timed-out. Without those: memory.",
)
DELIVERY_RETRIES = Metric(
    name="news_monitor_delivery_retries_total",
    kind=Kind.COUNTER,
    unit=Unit.ATTEMPTS,
    labels=(TOPIC,),
    meaning="Records handed to the broker once more because it did not take them.",
    remedy="A burst at a broker's restart is normal; a steady rate: the broker is overloaded or "
    "short of in-sync replicas.",
)
DELIVERY_FAILURES = Metric(
    name="news_monitor_delivery_failures_total",
    kind=Kind.COUNTER,
    unit=Unit.RECORDS,
    labels=(TOPIC,),
    meaning="Records that the broker refused for good.",
    remedy="Too large, mostly: compare the topic's max.message.bytes with max_record_bytes "
    "(`news-monitor doctor`).",
)
LAST_PROGRESS_TIMESTAMP_SECONDS = Metric(
    name="news_monitor_last_progress_timestamp_seconds",
    kind=Kind.GAUGE,
    unit=Unit.SECONDS,
    labels=(AGENT,),
    meaning="Unix time when the agent last finished a batch, or a share of one was read or given up; now, as long "
    "as it holds no batch and no record waits for it; at first, its start.",
    remedy="Minutes old: records wait and the agent does not get on; see /readyz and the log.",
)
BROKER_ANSWERED_TIMESTAMP_SECONDS = Metric(
    name="news_monitor_broker_answered_timestamp_seconds",
    kind=Kind.GAUGE,
    unit=Unit.SECONDS,
    meaning="Unix time when the broker last told this worker how far its partitions are; the worker's"
    " start before the first answer. It is asked every two seconds.",
    remedy="Half a minute old and more on every worker: the broker is away, and lag and ages stand as they"
    " were. Bring it back (`news-monitor doctor`); workers go on by themselves.",
)
BUILD_INFO = Metric(
    name="news_monitor_build_info",
    kind=Kind.GAUGE,
    unit=Unit.NONE,
    labels=(
        Label(name="version", meaning="Version of News Monitor.", bound="one per worker"),
        Label(name="lexicon", meaning="Version of the lexicon.", bound="one per worker"),
        Label(name="model", meaning="Version of the entity pipeline.", bound="one per worker"),
        Label(name="python", meaning="Version of Python.", bound="one per worker"),
    ),
    meaning="What this worker runs; the value is 1.",
    remedy="Several values at once: a roll-out is under way, or was left half done.",
)

ARRIVAL_TIMESTAMP_SECONDS = Metric(
    name="news_monitor_arrival_timestamp_seconds",
    kind=Kind.GAUGE,
    unit=Unit.SECONDS,
    meaning="Time of the newest record of an article topic that was handled, canaries too.",
    remedy="Behind the clock: nothing arrives, or the worker lags. The silence of publishers counts up"
    " to this time, so that a lag is not taken for it.",
)
PUBLISHER_LAST_ARTICLE_TIMESTAMP_SECONDS = Metric(
    name="news_monitor_publisher_last_article_timestamp_seconds",
    kind=Kind.GAUGE,
    unit=Unit.SECONDS,
    labels=(PUBLISHER,),
    meaning="When this publisher's last article arrived, by the time of its record.",
    remedy="Long ago for how much it usually sends: look at what feeds its articles into the topic.",
)
PUBLISHER_USUAL_ARTICLES = Metric(
    name="news_monitor_publisher_usual_articles",
    kind=Kind.GAUGE,
    unit=Unit.RECORDS,
    labels=(PUBLISHER,),
    meaning="Articles that this hour of the day usually brings from this publisher to this worker,"
    " learnt since it started.",
    remedy="With 20 and more missing since the last article the publisher is silent"
    " (docs/operations/silent-sources.md).",
)

CANARIES_SENT = Metric(
    name="news_monitor_canary_sent_total",
    kind=Kind.COUNTER,
    unit=Unit.RECORDS,
    meaning="Canaries that this worker sent; one worker of the group sends at a time.",
    remedy="Still in every worker: nobody holds the first partition of the first article topic, or"
    " the broker takes no records; see the logs.",
)
CANARIES_SEEN = Metric(
    name="news_monitor_canary_seen_total",
    kind=Kind.COUNTER,
    unit=Unit.RECORDS,
    meaning="Canaries that came back on the way of every desk, counted by the worker that sends.",
    remedy="Fewer than sent: news is held up or lost on the way; see the lag by partition.",
)
CANARIES_MISSED = Metric(
    name="news_monitor_canary_missed_total",
    kind=Kind.COUNTER,
    unit=Unit.RECORDS,
    meaning="Canaries that were not back a minute after they were sent.",
    remedy="One or two: a worker was started or stopped. Several in a row: news is late by more than"
    " a minute; see the lag by partition, and the workers' logs.",
)
CANARY_SECONDS = Metric(
    name="news_monitor_canary_seconds",
    kind=Kind.HISTOGRAM,
    unit=Unit.SECONDS,
    meaning="From sending a canary to its return on the slowest desk.",
    remedy="What real news takes now: as article_to_alert_seconds, but also when there is no news.",
    buckets=_LATENCIES,
)
CANARY_LAST_SEEN_TIMESTAMP_SECONDS = Metric(
    name="news_monitor_canary_last_seen_timestamp_seconds",
    kind=Kind.GAUGE,
    unit=Unit.SECONDS,
    meaning="When the newest canary that is back on every desk was sent; at first, when the worker"
    " started. Every worker tells it of its whole group.",
    remedy="Older than a few minutes: no news comes through. Look at the lag by partition,"
    " /readyz of each worker, and `news-monitor status`.",
)

CATALOGUE: Final[tuple[Metric, ...]] = (
    RECORDS_READ,
    RECORDS,
    LAG_RECORDS,
    LAG_SECONDS,
    COMMITTED_OFFSET,
    COMMIT_AGE_SECONDS,
    ARTICLE_AGE_SECONDS,
    ARTICLE_TO_SIGNAL_SECONDS,
    ARTICLE_TO_ALERT_SECONDS,
    SIGNALS,
    COUNTRY_SIGNALS,
    ALERTS,
    COPIES_FOLDED,
    STORIES_OPEN,
    STORIES_UNREADABLE,
    TOP_STORY_ARTICLES,
    SUBSCRIPTION_ALERTS,
    SUBSCRIPTION_MUTES,
    SUBSCRIPTIONS,
    SUBSCRIPTIONS_FILE_REFUSED,
    SUBSCRIPTIONS_RELOADS,
    RECEIPTS,
    RECEIPTS_UNREADABLE,
    DEAD_LETTERS,
    BATCH_SECONDS,
    BATCH_RECORDS,
    ANALYSIS_SECONDS,
    OLDEST_UNACKNOWLEDGED_SECONDS,
    LAST_PROGRESS_TIMESTAMP_SECONDS,
    BROKER_ANSWERED_TIMESTAMP_SECONDS,
    PARTITIONS_ASSIGNED,
    REBALANCES,
    EVENT_LOOP_DELAY_SECONDS,
    POOL_PROCESSES,
    POOL_BUSY,
    POOL_MEMORY_BYTES,
    POOL_RESTARTS,
    DELIVERY_RETRIES,
    DELIVERY_FAILURES,
    ARRIVAL_TIMESTAMP_SECONDS,
    PUBLISHER_LAST_ARTICLE_TIMESTAMP_SECONDS,
    PUBLISHER_USUAL_ARTICLES,
    CANARIES_SENT,
    CANARIES_SEEN,
    CANARIES_MISSED,
    CANARY_SECONDS,
    CANARY_LAST_SEEN_TIMESTAMP_SECONDS,
    BUILD_INFO,
)
"""Every metric, in the order of the data's way."""
