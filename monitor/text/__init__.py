"""Reading: text to mentions and triggers. The only room that knows spaCy."""
