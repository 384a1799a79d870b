# One line per alert. Titles come from anywhere; a terminal obeys control characters.
"\(.lifecycle) \(.alert_id) revision \(.revision)"
+ (if .replaces then " replaces \(.replaces)" else "" end)
+ ": \(.severity), \(.certainty), \(.kind): "
+ (.headline | gsub("[\\x{00}-\\x{1f}\\x{7f}-\\x{9f}]"; "?"))
