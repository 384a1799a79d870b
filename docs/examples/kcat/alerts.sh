#!/usr/bin/env bash
# Prints News Monitor's alerts: each revision once, as a replacement of the one before it.
# Whatever is printed is also kept, whole, in a journal, from which the next run knows it.
set -euo pipefail
broker=${KAFKA_BROKER:-127.0.0.1:9092}
topic=${ALERTS_TOPIC:-news.alerts.v1}
group=${KAFKA_GROUP:-alerts-kcat}
journal=${ALERTS_JOURNAL:-alerts.jsonl}
here=$(cd "$(dirname "$0")" && pwd)
touch "$journal"

# Ends when kcat does, not before, so that everything kcat has committed is printed.
print_news() {
  trap '' INT TERM
  jq -nc --unbuffered --slurpfile known "$journal" -f "$here/news.jq" \
    | tee -a "$journal" \
    | jq -r --unbuffered -f "$here/line.jq"
}

kcat -q -u -J -b "$broker" -X auto.offset.reset=earliest -X auto.commit.interval.ms=1000 \
  -G "$group" "$topic" > >(print_news) &
reader=$!
trap 'kill -TERM "$reader"' INT TERM
status=0
wait "$reader" || status=$?
if kill -0 "$reader" 2>/dev/null; then status=0; wait "$reader" || status=$?; fi
exit "$status"
