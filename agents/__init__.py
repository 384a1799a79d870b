"""The agents: the only place that knows Kafka and Faust. Nothing in `monitor` imports this."""
