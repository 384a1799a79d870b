"""The pipeline over stored news, without Kafka: what it would have alerted, and what a change changes.

`records` is the seam where stored news comes in, `readers` that where articles are read, on as many
cores as there are. `deciding` makes stories and alerts of what was read, in order; `store` keeps
them on disk, so that memory does not grow with the input; `run` puts these together. `comparison`
tells two runs apart, `summary`, `condition`, `results` and `page` say it to people and programs.
`cases` keeps a stretch of news with what comes of it.
"""
