import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Prints News Monitor's alerts: each revision once, as a replacement of the one before it. */
public final class Alerts implements ConsumerRebalanceListener {
  private static final String SCHEMA = "news-monitor/alert/1";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<String, JsonNode> newest = new HashMap<>();

  /** Per partition the first offset that was not printed yet; what lies before is history. */
  private final Map<TopicPartition, Long> newsFrom = new HashMap<>();

  private Alerts(KafkaConsumer<byte[], byte[]> consumer) {
    this.consumer = consumer;
  }

  public static void main(String[] args) throws InterruptedException {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", setting("KAFKA_BROKER", "127.0.0.1:9092"));
    settings.put("group.id", setting("KAFKA_GROUP", "alerts-java"));
    settings.put("auto.offset.reset", "earliest");
    settings.put("enable.auto.commit", false);
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    CountDownLatch closed = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      consumer.wakeup();
      try {
        closed.await();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }));
    try (consumer) {
      new Alerts(consumer).follow(setting("ALERTS_TOPIC", "news.alerts.v1"));
    } catch (WakeupException asked) {
      // Ctrl-C or SIGTERM: what was printed is committed.
    } finally {
      closed.countDown();
    }
  }

  private static String setting(String name, String otherwise) {
    return System.getenv().getOrDefault(name, otherwise);
  }

  private void follow(String topic) {
    consumer.subscribe(List.of(topic), this);
    while (true) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofSeconds(1));
      Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
      for (ConsumerRecord<byte[], byte[]> record : records) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        boolean isNews = record.offset() >= newsFrom.get(partition);
        take(record, isNews);
        if (isNews) {
          done.put(partition, new OffsetAndMetadata(record.offset() + 1));
        }
      }
      if (!done.isEmpty()) {
        consumer.commitSync(done);
      }
    }
  }

  /** Keeps an alert if its revision is the newest, and prints it if it is news. */
  private void take(ConsumerRecord<byte[], byte[]> record, boolean isNews) {
    JsonNode alert;
    try {
      alert = JSON.readTree(record.value() == null ? new byte[0] : record.value());
    } catch (IOException unreadable) {
      alert = JSON.missingNode();
    }
    if (!alert.path("schema").asText().equals(SCHEMA)) {
      if (isNews) {
        System.err.printf(
            "skipped partition %d offset %d: no %s%n", record.partition(), record.offset(), SCHEMA);
      }
      return;
    }
    String id = alert.get("alert_id").asText();
    JsonNode before = newest.get(id);
    if (before != null && alert.get("revision").asInt() <= before.get("revision").asInt()) {
      return;
    }
    newest.put(id, alert);
    if (isNews) {
      OUT.println(line(alert, before));
    }
  }

  private static String line(JsonNode alert, JsonNode before) {
    String replaces = before == null ? "" : " replaces " + before.get("revision").asInt();
    return "%s %s revision %d%s: %s, %s, %s: %s".formatted(
        alert.get("lifecycle").asText(), alert.get("alert_id").asText(),
        alert.get("revision").asInt(), replaces, alert.get("severity").asText(),
        alert.get("certainty").asText(), alert.get("kind").asText(),
        // Titles come from anywhere; a terminal obeys control characters.
        alert.get("headline").asText().replaceAll("[\\x00-\\x1f\\x7f-\\x9f]", "?"));
  }

  /** Reads what was printed before again, quietly, so that it is known which revision is newest. */
  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    consumer.committed(new HashSet<>(partitions)).forEach(
        (partition, offset) -> newsFrom.put(partition, offset == null ? 0 : offset.offset()));
    consumer.seekToBeginning(partitions);
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    newsFrom.keySet().removeAll(partitions);
  }
}
