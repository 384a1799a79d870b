// Prints News Monitor's alerts: each revision once, as a replacement of the one before it.
import { Kafka, logLevel } from "kafkajs";

const SCHEMA = "news-monitor/alert/1";
const broker = process.env.KAFKA_BROKER ?? "127.0.0.1:9092";
const groupId = process.env.KAFKA_GROUP ?? "alerts-node";
const topic = process.env.ALERTS_TOPIC ?? "news.alerts.v1";

const kafka = new Kafka({
  clientId: "alerts-node",
  brokers: broker.split(","),
  logLevel: logLevel.WARN,
  logCreator: () => ({ log }) => console.error(log.message, log.error ?? ""),
});
const admin = kafka.admin();
const consumer = kafka.consumer({ groupId });

// The newest revision of every alert.
const newest = new Map();
// Per partition the first offset that was not printed yet; what lies before is history.
let newsFrom = new Map();
let historySought = Promise.resolve();

/** Returns the alert in a record's value, or nothing if it is none of the version that we read. */
function read(value) {
  try {
    const alert = JSON.parse(value);
    return alert?.schema === SCHEMA ? alert : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps an alert if its revision is the newest, and says what to print. */
function take(alert) {
  const before = newest.get(alert.alert_id);
  if (before && alert.revision <= before.revision) return "";
  newest.set(alert.alert_id, alert);
  const replaces = before ? ` replaces ${before.revision}` : "";
  // Titles come from anywhere; a terminal obeys control characters.
  const headline = alert.headline.replace(/[\x00-\x1f\x7f-\x9f]/g, "?");
  return (
    `${alert.lifecycle} ${alert.alert_id} revision ${alert.revision}${replaces}: ` +
    `${alert.severity}, ${alert.certainty}, ${alert.kind}: ${headline}`
  );
}

/** Reads history again, quietly, so that it is known which revision is newest. */
async function seekHistory(partitions) {
  const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] });
  newsFrom = new Map(
    committed.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]),
  );
  for (const { partition, low } of await admin.fetchTopicOffsets(topic)) {
    if (partitions.includes(partition)) consumer.seek({ topic, partition, offset: low });
  }
}

async function eachBatch({ batch, resolveOffset, heartbeat, isStale }) {
  await historySought;
  if (isStale()) return;
  const from = newsFrom.get(batch.partition) ?? -1n;
  for (const { offset, value } of batch.messages) {
    const isNews = BigInt(offset) >= from;
    const alert = read(value);
    const line = alert ? take(alert) : "";
    if (line && isNews) console.log(line);
    if (!alert && isNews) {
      console.error(`skipped partition ${batch.partition} offset ${offset}: no ${SCHEMA}`);
    }
    resolveOffset(offset);
    await heartbeat();
  }
  const next = BigInt(batch.lastOffset()) + 1n;
  if (next > from) {
    await consumer.commitOffsets([{ topic, partition: batch.partition, offset: String(next) }]);
  }
}

consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
  historySought = seekHistory(payload.memberAssignment[topic] ?? []);
  historySought.catch(fail);
});
consumer.on(consumer.events.CRASH, ({ payload }) => {
  if (!payload.restart) fail(payload.error);
});

function fail(error) {
  console.error(error);
  process.exit(1);
}

async function stop() {
  await consumer.disconnect();
  await admin.disconnect();
}

process.once("SIGINT", stop);
process.once("SIGTERM", stop);
await admin.connect();
await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch });
