# From kcat's records to the alerts that are news, with the revision that each one replaces.
def alert: try (.payload | fromjson | select(type == "object" and .schema == "news-monitor/alert/1"))
  catch empty;
def skipped: "skipped partition \(.partition) offset \(.offset): no news-monitor/alert/1" | stderr;

(reduce $known[] as $alert ({}; .[$alert.alert_id] = $alert.revision)) as $revisions
| foreach inputs as $record (
    {newest: $revisions};
    ([$record | alert][0]) as $alert
    | if $alert == null then .news = null | ($record | skipped) as $_ | .
      elif (.newest[$alert.alert_id] // 0) >= $alert.revision then .news = null
      else .news = $alert + {replaces: .newest[$alert.alert_id]}
        | .newest[$alert.alert_id] = $alert.revision
      end;
    .news // empty)
